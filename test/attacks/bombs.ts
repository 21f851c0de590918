/** Attacks by texts that keep a reader busy. */
import type { Attack } from './attack.ts';

export const bombs: readonly Attack[] = [
  {
    name: 'regular-expression bombs',
    proofs: ['HOUSE-REGEXES', 'BOMB-LOST-ANSWER', 'BOMB-QUESTION'],
    removals: [
      {
        file: 'src/upstreams/lost-answers.ts',
        find: String.raw`"(?:jsonrpc|id)"\s*:[^,`,
        replace: String.raw`"(?:jsonrpc|id)"\s*:\s*[^,`,
        test: 'test/unit/upstreams/lost-answers.test.ts',
        title: 'BOMB-LOST-ANSWER',
      },
      {
        file: 'src/engine/bridge/input-required.ts',
        find: "before.slice(0, before.lastIndexOf(':')).trimEnd()",
        replace: String.raw`before.replace(/\s*:\s*$/, '')`,
        test: 'test/unit/upstreams/lost-answers.test.ts',
        title: 'BOMB-QUESTION',
      },
      {
        file: 'src/edges/http/preflight.ts',
        find: String.raw`/^[\w!#$%&'*+.^${'`'}|~-]+(?:, ?`,
        replace: String.raw`/^(?:[\w!#$%&'*+.^${'`'}|~-]+)+(?:, ?`,
        test: 'test/unit/house/regular-expressions.test.ts',
        title: 'every literal',
      },
    ],
  },
];
