#!/bin/sh
# Slurm: one process on each node drives all of its GPUs. The two lines that start it:
#
#     cd /shared/yolofit
#     sbatch deploy/slurm.sh model=yolov8s data=/shared/cells.yaml batch=512 epochs=100
#
# The folder of this clone and the data are on a file system that all nodes share.
#SBATCH --job-name=yolofit
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=1
#SBATCH --gpus-per-node=4
#SBATCH --cpus-per-task=32
#SBATCH --time=08:00:00
# Two minutes before the end all ranks finish their step, save and exit with 143 ...
#SBATCH --signal=TERM@120
# ... and the job continues there, also after a node failed or was preempted.
#SBATCH --requeue
#SBATCH --open-mode=append
set -u

root=$SLURM_SUBMIT_DIR
export YOLOFIT="$root/yolofit"
"$YOLOFIT" --version || exit 1 # builds it once, before all nodes start

status=0
srun --kill-on-bad-exit=0 "$root/deploy/train.sh" "$root/runs/detect" "slurm$SLURM_JOB_ID" "$@" || status=$?
if [ "$status" -eq 143 ]; then
    scontrol requeue "$SLURM_JOB_ID"
fi
exit "$status"
