/** How a server is looked after, as a library user said it. */

const TIMES = ['healthIntervalMs', 'healthTimeoutMs', 'idleMs'] as const;

/** @throws TypeError with one sentence that says what to do */
export function checkSupervision(name: string, setup: Record<string, unknown>): void {
  for (const member of TIMES) {
    const ms = setup[member];
    if (ms === undefined || (typeof ms === 'number' && Number.isFinite(ms) && ms >= 0)) continue;
    throw new TypeError(`\`${member}\` of the server "${name}" must be milliseconds, 0 or more.`);
  }
  if (setup['healthTimeoutMs'] === 0)
    throw new TypeError(
      `\`healthTimeoutMs\` of the server "${name}" must be more than 0: nobody answers at once.`,
    );
}
