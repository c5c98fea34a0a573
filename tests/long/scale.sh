# Many workers give the bytes of one: GNU parallel, and a Slurm array on a cluster of one node, both with a worker that is
# killed in the middle. The manifest for Kubernetes is read by a validator that is made from its API, where npm can get it.
set -euo pipefail
. tools/setup.sh
install parallel slurm-wlm munge procps python3-yaml
ninja -C build bench_generate_ci >/dev/null
work=$(mktemp -d)
ended=""
trap 'for pid in $ended; do kill "$pid" 2>/dev/null || true; done; rm -rf "$work"' EXIT
passed=0
ok() { # ok WHAT COMMAND...
  local what=$1
  shift
  "$@" || { echo "not so: $what"; exit 1; }
  passed=$((passed + 1))
  echo "ok: $what"
}
top=$PWD
export PATH=$top/build:$PATH
build/bench_generate_ci "$work/logs" 6000 3
cd "$work"
nixwhy triage --format partial -o one.part logs

ok "four workers end well" nixwhy triage --fan-out 4 --format partial -o four.part logs
ok "and give the same bytes" cmp one.part four.part
ok "and leave nothing else" test -z "$(ls four.part.* 2>/dev/null)"
setsid nixwhy triage --fan-out 4 --format partial -o killed.part logs 2>/dev/null &
fan=$!
for _ in $(seq 200); do
  [ "$(cat killed.part.*.jobs 2>/dev/null | wc -l)" -gt 4 ] && break
  sleep 0.05
done
pkill -9 -f "[t]riage --quiet --format partial" || true # one generation of workers
sleep 0.2
kill -9 -- "-$fan" # and parallel itself
wait "$fan" 2>/dev/null || true
ok "what was killed left no part" test ! -e killed.part
ok "some jobs were done" test "$(cat killed.part.*.jobs | wc -l)" -gt 4
ok "the same command goes on" nixwhy triage --fan-out 4 --format partial -o killed.part logs
ok "with the same bytes" cmp one.part killed.part
ok "bad runs stop nothing" sh -c 'mkdir bad && : >bad/empty.log && nixwhy triage --fan-out 2 --format json -o bad.json bad 2>/dev/null; grep -q "\"unread\": 1" bad.json'

# A cluster of one node, in this folder. slurmd starts its step daemon at the place where the package put it.
if [ "$(id -u)" -eq 0 ]; then
  mkdir -p slurm/state slurm/spool munge
  head -c 1024 /dev/urandom >munge/key
  chown -R munge: munge && chmod 0400 munge/key && chmod 0755 "$work" && chmod 0700 munge
  chmod 0711 munge
  runuser -u munge -- munged --key-file "$work/munge/key" --socket "$work/munge/socket" --pid-file "$work/munge/pid" --log-file "$work/munge/log" --seed-file "$work/munge/seed" --force
  ended="$ended $(cat munge/pid)"
  cat >slurm/slurm.conf <<C
ClusterName=lab
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge/socket
CryptoType=crypto/munge
StateSaveLocation=$work/slurm/state
SlurmdSpoolDir=$work/slurm/spool
SlurmctldPidFile=$work/slurm/ctld.pid
SlurmdPidFile=$work/slurm/d.pid
SlurmctldLogFile=$work/slurm/ctld.log
SlurmdLogFile=$work/slurm/d.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=bf_interval=1,sched_interval=1
MailProg=/bin/true
ReturnToService=2
NodeName=$(hostname -s) NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES State=UP
C
  export SLURM_CONF=$work/slurm/slurm.conf
  slurmctld && sleep 1 && slurmd
  ended="$ended $(cat slurm/ctld.pid) $(cat slurm/d.pid)"
  for _ in $(seq 100); do
    sinfo -h -o %T 2>/dev/null | grep -q idle && break
    sleep 0.2
  done
  ok "a Slurm node is there" sh -c 'sinfo -h -o %T | grep -q idle'
  job=$(sbatch --parsable --array=0-5 --chdir="$work" --output="$work/slurm/task-%a.log" "$top/packaging/scale/triage.sbatch" parts logs)
  for _ in $(seq 200); do # once a task is at work, its program is killed and the task put back
    ls parts/*.unfinished >/dev/null 2>&1 && break
    sleep 0.05
  done
  task=$(basename "$(ls parts/*.unfinished | head -1)" .part.unfinished)
  scontrol requeue "${job}_$task"
  # a requeued task waits two minutes for nodes to be clean; it is let go at once
  for _ in $(seq 600); do
    scontrol update JobId="${job}_$task" StartTime=now 2>/dev/null || true
    [ "$(ls parts/*.part 2>/dev/null | wc -l)" -eq 6 ] && [ -z "$(squeue -h -j "$job" 2>/dev/null)" ] && break
    sleep 0.5
  done
  ok "the array made six parts" test "$(ls parts/*.part | wc -l)" -eq 6
  nixwhy merge --format partial -o slurm.part -- parts/*.part
  ok "the array gives the same bytes" cmp one.part slurm.part
  scontrol shutdown 2>/dev/null || true
else
  echo "Slurm needs root"
fi

python3 - "$top/packaging/scale/triage-job.yaml" >job.json <<'P'
import json, sys, yaml
print(json.dumps(yaml.safe_load(open(sys.argv[1]))))
P
cat >validate.mjs <<'J'
import { Job } from "kubernetes-models/batch/v1";
import fs from "fs";
new Job(JSON.parse(fs.readFileSync(process.argv[2]))).validate();
J
if command -v npm >/dev/null && npm install --silent --no-audit --no-fund kubernetes-models@5.1.0 >/dev/null 2>&1; then
  ok "the Kubernetes job is valid" node validate.mjs job.json
  sed 's/"completions": 32/"completions": "many"/' job.json >wrong.json
  ok "a wrong one is not" sh -c '! node validate.mjs wrong.json 2>/dev/null'
else
  echo "without the validator of Kubernetes objects"
fi

echo "$passed passed, 0 failed"
