/**
 * The time this process has worked so far, in ms: what takes time in proportion to what it reads is told by that, and not by a
 * clock, which goes on while the machine does other things.
 */
export function workedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
