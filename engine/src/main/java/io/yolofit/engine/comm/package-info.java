/// Communication between ranks: collectives over host memory.
///
/// Reading order: [Communicator], [SingleRank] (a group of one), [CommunicationException].
///
/// May import: the JDK.
package io.yolofit.engine.comm;
