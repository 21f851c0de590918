/** Attacks by what servers write, on the operator who looks at it in the playground. */
import type { Attack } from './attack.ts';

const RUNS = 'test/unit/console/playground/runs.test.ts';
const SCHEMA = 'test/unit/console/playground/schema.test.ts';

export const playground: readonly Attack[] = [
  {
    name: 'what servers write, shown to operators',
    proofs: ['PLAY-HOSTILE', 'PLAY-SCHEMAS', 'PLAY-HINTS', 'PLAY-SECRETS'],
    removals: [
      {
        file: 'src/console/app/playground/runs/address.ts',
        find: 'parsed && OPENED.has(parsed.protocol) ? parsed : undefined',
        replace: 'parsed',
        test: RUNS,
        title: 'only those of the web are opened',
      },
      {
        file: 'src/console/app/mcp/items.ts',
        find: 'isDestructive === true && isReadOnly !== true',
        replace: 'isReadOnly === undefined && isDestructive === undefined',
        test: RUNS,
        title: 'a tool that says it may destroy',
      },
      {
        file: 'src/console/app/playground/schema/judge.ts',
        find: "if (seen.has(at)) return 'its schema refers to itself in a circle';",
        replace: 'if (seen.has(at)) return undefined;',
        test: SCHEMA,
        title: 'PLAY-SCHEMAS',
      },
      {
        file: 'src/console/app/playground/runs/kept.ts',
        find: 'SECRET_NAME.test(name) ||',
        replace: '',
        test: RUNS,
        title: 'PLAY-SECRETS',
      },
    ],
  },
];
