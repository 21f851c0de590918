/** Attacks on and by the log: whoever writes into it, and whoever should read it and does not. */
import type { Attack } from './attack.ts';

export const log: readonly Attack[] = [
  {
    name: 'a log that nobody reads',
    proofs: ['LOGS-PIPE', 'LOGS-SINK', 'LOGS-SINK-BROKEN', 'LOGS-SINK-END'],
    removals: [
      {
        file: 'src/edges/node/log-sink.ts',
        find: 'if (this.queued + bytes > this.#most) return this.#drop();',
        replace: '',
        test: 'test/unit/edges/log-sink.test.ts',
        title: 'LOGS-SINK',
      },
      {
        file: 'src/edges/node/log-sink.ts',
        find: 'await Promise.race([done, late]);',
        replace: 'await done;',
        test: 'test/unit/edges/log-sink.test.ts',
        title: 'LOGS-SINK-END',
      },
    ],
  },
  {
    name: 'marks that turn the log around',
    proofs: ['SEC-LOG-FORGERY', 'LOGS-SECRETS', 'LOGS-WHO'],
    removals: [
      {
        file: 'src/log.ts',
        find: "const text = escapeUnseen(format === 'json' ? JSON.stringify(clean) : textLine(clean));",
        replace: "const text = format === 'json' ? JSON.stringify(clean) : textLine(clean);",
        test: 'test/unit/log.test.ts',
        title: 'SEC-LOG-FORGERY',
      },
    ],
  },
];
