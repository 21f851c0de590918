/** Attacks on whoever runs the gateway, by way of its console. */
import type { Attack } from './attack.ts';

const SIGN_IN = 'test/scenarios/admin/sign-in.test.ts';
const OPERATORS = 'test/unit/edges/admin/operators.test.ts';
const ROUTES = 'test/scenarios/admin/routes.test.ts';

export const console: readonly Attack[] = [
  {
    name: 'a page that uses the cookie of an operator',
    proofs: ['ADMIN-FOREIGN', 'ADMIN-COOKIE'],
    removals: [
      {
        file: 'src/edges/http/operators.ts',
        find: '  if (!isOwnPage(visit))\n',
        replace: '  if (visit === undefined)\n',
        test: SIGN_IN,
        title: 'ADMIN-FOREIGN',
      },
      {
        file: 'src/edges/admin/door.ts',
        find: 'if (isSafe || isMeant(request)) return operator;',
        replace: 'return operator;',
        test: SIGN_IN,
        title: 'a change by cookie must say',
      },
      {
        file: 'src/edges/admin/cookie.ts',
        find: "    'SameSite=Strict',\n",
        replace: '',
        test: SIGN_IN,
        title: 'ADMIN-COOKIE',
      },
    ],
  },
  {
    name: 'an address or a key of an operator, stolen or guessed',
    proofs: ['ADMIN-TOKEN', 'ADMIN-SESSION', 'ADMIN-STRANGER', 'ADMIN-BRAKE', 'ADMIN-COMMAND'],
    removals: [
      {
        file: 'src/edges/admin/one-time.ts',
        find: '    this.#tokens.delete(hash);\n',
        replace: '',
        test: OPERATORS,
        title: 'is good once',
      },
      {
        file: 'src/edges/admin/operators.ts',
        find: '    this.#sessions.clear();\n',
        replace: '',
        test: OPERATORS,
        title: 'ends with another admin key',
      },
      {
        file: 'src/edges/admin/door.ts',
        find: '  else brake.failed(address, now);\n',
        replace: '',
        test: SIGN_IN,
        title: 'ADMIN-BRAKE',
      },
      {
        file: 'src/edges/node/console-tokens.ts',
        find: '(mode & OTHERS_MAY_WRITE) !== 0',
        replace: 'false',
        test: 'test/scenarios/admin/command.test.ts',
        title: 'only in a file of ours',
      },
    ],
  },
  {
    name: 'a page that runs what others wrote',
    proofs: ['ADMIN-PAGE', 'ADMIN-REPORTS'],
    removals: [
      {
        file: 'src/edges/admin/page-head.ts',
        find: "default-src 'self'; ",
        replace: '',
        test: ROUTES,
        title: 'ADMIN-PAGE',
      },
    ],
  },
];
