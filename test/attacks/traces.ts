/** Attacks by what strangers say of a trace. */
import type { Attack } from './attack.ts';

export const traces: readonly Attack[] = [
  {
    name: 'a trace that strangers write',
    proofs: ['TRACE-CONTEXT', 'TRACE-FACTS', 'TRACE-PARENT', 'TRACE-SLOW'],
    removals: [
      {
        file: 'src/protocol/trace-context.ts',
        find: 'return keys.size === named.length && named.every((member) => STATE_MEMBER.test(member)) ? text : undefined;',
        replace: 'return text;',
        test: 'test/unit/protocol/trace-context.test.ts',
        title: 'TRACE-CONTEXT',
      },
      {
        file: 'src/telemetry/recorded.ts',
        find: 'return isNamed && target !== undefined && PLAIN_NAME.test(target) ? target : undefined;',
        replace: 'return target;',
        test: 'test/scenarios/traces.test.ts',
        title: 'TRACE-FACTS',
      },
      {
        file: 'src/protocol/traced.ts',
        find: 'if (textAt(bytes, span) !== text) cuts.push',
        replace: 'if (text !== undefined) cuts.push',
        test: 'test/scenarios/traces.test.ts',
        title: 'TRACE-PARENT',
      },
      {
        file: 'src/telemetry/span-queue.ts',
        find: 'if (this.#waiting >= this.#limits.spans)',
        replace: 'if (this.#waiting < 0)',
        test: 'test/unit/telemetry/span-queue.test.ts',
        title: 'TRACE-SLOW',
      },
    ],
  },
];
