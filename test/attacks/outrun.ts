/** Attacks on rules by coming at another moment, under another name, or from next door. */
import type { Attack } from './attack.ts';

const LOOPHOLES = 'test/unit/edges/loopholes.test.ts';

export const outrun: readonly Attack[] = [
  {
    name: 'rules that are outrun',
    proofs: [
      'LOOPHOLE-RENAMED',
      'LOOPHOLE-RELOAD',
      'LOOPHOLE-NETWORK',
      'LOOPHOLE-TICKET',
      'LOOPHOLE-BODY',
      'LOOPHOLE-LIMITS',
      'LOOPHOLE-REFRESH',
      'LOOPHOLE-SPELLED',
      'LOOPHOLE-ARGUMENTS',
      'KEY-LATE-BODY',
      'LOOPHOLE-LOOK-ALIKE',
    ],
    removals: [
      {
        file: 'src/edges/http/tool-scopes.ts',
        find: 'if (!renames) return this.#rules;',
        replace: 'if (this.#always) return this.#rules;',
        test: LOOPHOLES,
        title: 'LOOPHOLE-RENAMED',
      },
      {
        file: 'src/edges/http/tool-scopes.ts',
        find: 'if (isAmbiguous(message)) return scopes.all;',
        replace: '',
        test: LOOPHOLES,
        title: 'LOOPHOLE-SPELLED',
      },
      {
        file: 'src/engine/policy/passing.ts',
        find: 'return (calls || isPartial) && isAmbiguous(message) ? AMBIGUOUS : undefined;',
        replace: 'return undefined;',
        test: 'test/unit/edges/policy/arguments.test.ts',
        title: 'LOOPHOLE-ARGUMENTS',
      },
      {
        file: 'src/engine/admits.ts',
        find: 'admission.countsTools(server) && isAmbiguous(message)',
        replace: 'message.bytes.length === 0',
        test: LOOPHOLES,
        title: 'LOOPHOLE-LOOK-ALIKE',
      },
      {
        file: 'src/edges/http/front.ts',
        find: 'late === undefined || late.front === this.rules ?',
        replace: 'late === undefined || late.front ?',
        test: LOOPHOLES,
        title: 'LOOPHOLE-RELOAD',
      },
      {
        file: 'src/edges/http/forwarded.ts',
        find: 'addressKey(address)',
        replace: 'address',
        test: LOOPHOLES,
        title: 'LOOPHOLE-NETWORK',
      },
      {
        file: 'src/access/tickets.ts',
        find: ' || wall >= (caller.until ?? Infinity)',
        replace: '',
        test: LOOPHOLES,
        title: 'LOOPHOLE-TICKET',
      },
      {
        file: 'src/edges/http/body.ts',
        find: 'if (visit.caller.until !== undefined && wallTime(runtime) >= visit.caller.until)',
        replace: 'if (bytes === undefined)',
        test: LOOPHOLES,
        title: 'LOOPHOLE-BODY',
      },
      {
        file: 'src/edges/http/body.ts',
        find: 'gateway.reviews !== reviews && ',
        replace: 'bytes === undefined && ',
        test: 'test/unit/edges/key-changes.test.ts',
        title: 'KEY-LATE-BODY',
      },
      {
        file: 'src/edges/http/front.ts',
        find: "recalled === undefined || recalled === 'varies' ? visit.caller : recalled",
        replace: 'recalled === undefined ? visit.caller : visit.caller',
        test: LOOPHOLES,
        title: 'LOOPHOLE-LIMITS',
      },
      {
        file: 'src/edges/http/braked.ts',
        find: "(front.brake.knows(address) && 'keys')",
        replace: '(front.brake.knows(address) && true)',
        test: LOOPHOLES,
        title: 'LOOPHOLE-REFRESH',
      },
    ],
  },
];
