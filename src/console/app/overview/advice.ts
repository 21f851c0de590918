/** What is to be done about troubles of the gateway, by their code; docs/cluster.md says more about each. */
const ADVICE: Readonly<Record<string, string>> = {
  backplane_away: 'Look whether Redis runs and can be reached from here. Sessions of this node go on.',
  owner_uncertain: 'Mend the way of this node to Redis: until then others may have its sessions.',
  overloaded: 'Add a node, or let fewer callers come to each. Open sessions are served.',
  event_log_full: 'Raise limits.logTotalBytes, or streams that were idle longest lose their history.',
  audit_failing: 'Make room in dataDir; the rows wait in bounds and are written when it works again.',
  clock_jumped: 'See that the clocks of all nodes are kept in step. It passes by itself.',
  keys_unusable: 'Look at keys.db in dataDir: its keys open nothing until it can be read.',
};

export function adviceFor(code: string): string | undefined {
  return ADVICE[code];
}
