/** Attacks by way of a server: it is brought to hang, to grow, or to fail again and again. */
import type { Attack } from './attack.ts';

export const sick: readonly Attack[] = [
  {
    name: 'a server brought to hang, to grow or to fail',
    proofs: [
      'STDIO-BACKOFF-CALLER',
      'SUPERVISE-PING',
      'SUPERVISE-PASSIVE',
      'SUPERVISE-MEMORY',
      'SUPERVISE-ONE-TRY',
      'SUPERVISE-CHARGED',
    ],
    removals: [
      {
        file: 'src/engine/pulses.ts',
        find: 'if (vitals.unanswered < MOST_UNANSWERED) return this.#ask(vitals);',
        replace: 'if (vitals.unanswered < 1_000_000) return this.#ask(vitals);',
        test: 'test/unit/engine/pulses.test.ts',
        title: 'SUPERVISE-PING]',
      },
      {
        file: 'src/engine/pulses.ts',
        find: 'if (!vitals.isHeard && !vitals.isPaused) return false;',
        replace: 'if (!vitals.isHeard) return false;',
        test: 'test/unit/engine/pulses.test.ts',
        title: 'SUPERVISE-PING-ANY',
      },
      {
        file: 'src/engine/server.ts',
        find: 'if (upstream) this.#pulses.suspect(upstream);',
        replace: 'if (!upstream) return;',
        test: 'test/unit/engine/pulses.test.ts',
        title: 'SUPERVISE-PASSIVE',
      },
      {
        file: 'src/engine/bridge/as-legacy-link.ts',
        find: 'if (about === IS_ALIVE && number !== undefined)',
        replace: 'if (about === undefined && number !== undefined)',
        test: 'test/unit/engine/bridge/as-legacy-requests.test.ts',
        title: 'SUPERVISE-MODERN',
      },
      {
        file: 'src/upstreams/stdio-memory.ts',
        find: 'for (const { pid, group } of rows) if (this.#children.has(group)) owners.set(pid, group);',
        replace: 'for (const { pid } of rows) if (this.#children.has(pid)) owners.set(pid, pid);',
        test: 'test/unit/upstreams/stdio-memory.test.ts',
        title: 'counts one of the group',
      },
      {
        file: 'src/upstreams/stdio-children-memory.ts',
        find: 'over: (bytes: number) => child.condemn(',
        replace: 'over: (bytes: number) => ((_: unknown) => undefined)(',
        test: 'test/unit/upstreams/stdio-memory.test.ts',
        title: 'SUPERVISE-MEMORY-FAMILY',
      },
      {
        file: 'src/upstreams/stdio-failures.ts',
        find: 'if (CONDEMNED.has(fault.code))',
        replace: "if (fault.code === 'none')",
        test: 'test/unit/upstreams/stdio-restart.test.ts',
        title: 'SUPERVISE-CHARGED',
      },
      {
        file: 'src/upstreams/backoff.ts',
        find: 'known.triedUntil = now + this.#tryMs;',
        replace: 'known.triedUntil = now;',
        test: 'test/unit/upstreams/network-one-try.test.ts',
        title: 'SUPERVISE-ONE-TRY',
      },
      {
        file: 'src/upstreams/stdio.ts',
        find: 'onSpoken: () => this.#failures.spoke(),',
        replace: 'onSpoken: () => undefined,',
        test: 'test/unit/upstreams/stdio-restart.test.ts',
        title: 'SUPERVISE-ONE-TRY',
      },
      {
        file: 'src/engine/shared-links.ts',
        find: 'if (keepMs > 0) this.#idle.add(shared);',
        replace: 'if (keepMs > 0) return;',
        test: 'test/unit/engine/shared-idle.test.ts',
        title: 'SUPERVISE-IDLE',
      },
    ],
  },
];
