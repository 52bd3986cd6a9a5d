/// Communication between ranks: collectives over host memory.
///
/// Reading order: [Communicator], [SingleRank] (a group of one), [LocalGroup] (threads of one process), with
/// [FloatSums]; [Rendezvous] (how the ranks of several processes meet) with [Hello], [RendezvousServer] and
/// [RendezvousClient], [Waiting] and [MeetingStoppedException]; [SocketCommunicator] (their
/// collectives) with [Link] and [Deadline]; [CommunicationException].
///
/// May import: `io.yolofit.base` and the JDK.
package io.yolofit.engine.comm;
