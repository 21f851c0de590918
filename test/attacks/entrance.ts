/** Attacks at the door: pages of others, doors left open. */
import type { Attack } from './attack.ts';

const GUARD = 'src/edges/http/guard.ts';

export const entrance: readonly Attack[] = [
  {
    name: 'DNS rebinding, cross-site calls',
    proofs: [
      'SEC-HOST',
      'SEC-ORIGIN',
      'SEC-CORS',
      'SEC-CONTENT-TYPE',
      'WHERE-PAGES',
      'WHERE-REBINDING',
      'WHERE-NAMELESS',
      'WHERE-LOCAL-PAGES',
      'WHERE-ONE-HOST',
    ],
    removals: [
      {
        file: GUARD,
        find: "if (!origins.allowsHost(came.header('host')))",
        replace: 'if (origins === undefined)',
        test: 'test/scenarios/security.test.ts',
        title: 'SEC-HOST',
      },
      {
        file: GUARD,
        find: "if (!origins.allowsOrigin(request.header('origin'))) {",
        replace: 'if (origins === undefined) {',
        test: 'test/scenarios/security.test.ts',
        title: 'SEC-ORIGIN',
      },
      {
        file: GUARD,
        find: 'if (isNameless(request))',
        replace: 'if (origins === undefined)',
        test: 'test/unit/edges/pages.test.ts',
        title: 'WHERE-NAMELESS',
      },
      {
        file: 'src/access/origins.ts',
        find: 'if (host !== undefined && !isHost(host)) return false;',
        replace: '',
        test: 'test/unit/edges/pages.test.ts',
        title: 'WHERE-REBINDING',
      },
      {
        file: 'src/access/origins.ts',
        find: '/^https?:\\/\\/([^/?#@\\\\]+)$/',
        replace: '/^https?:\\/\\/([^/?#@:.\\\\]+)/',
        test: 'test/unit/edges/pages.test.ts',
        title: 'WHERE-PAGES',
      },
      {
        file: 'src/access/origins.ts',
        find: 'this.#rules.localPages && ',
        replace: '',
        test: 'test/unit/edges/pages.test.ts',
        title: 'WHERE-LOCAL-PAGES',
      },
      {
        file: 'src/edges/node/broken-request.ts',
        find: "return namesHost(message.url ?? '', message.headers.host);",
        replace: 'return true;',
        test: 'test/scenarios/one-host.test.ts',
        title: 'WHERE-ONE-HOST',
      },
      {
        file: 'src/edges/http/body.ts',
        find: "if (contentType === 'application/json') return true;",
        replace: 'if (contentType !== undefined) return true;',
        test: 'test/scenarios/security.test.ts',
        title: 'SEC-CONTENT-TYPE',
      },
    ],
  },
  {
    name: 'open or default start',
    proofs: ['SEC-BIND', 'SEC-EMPTY-KEYS'],
    removals: [
      {
        file: 'src/config/exposure.ts',
        find: '  if (!hasKeys) {',
        replace: '  if (!wide) {',
        test: 'test/unit/config/exposure.test.ts',
        title: 'SEC-BIND',
      },
      {
        file: 'src/edges/doors.ts',
        find: 'if (keys.length === 0) throw',
        replace: 'if (keys.length === 0) return openDoor;\n  if (keys.length < 0) throw',
        test: 'test/unit/edges/mounting.test.ts',
        title: 'SEC-EMPTY-KEYS',
      },
      {
        file: 'src/config/read.ts',
        find: 'if (apiKeys.length === 0 && listed && ',
        replace: 'if (apiKeys.length < 0 && listed && ',
        test: 'test/unit/config/key-expiry.test.ts',
        title: 'SEC-EMPTY-KEYS',
      },
    ],
  },
  {
    name: 'a command from a request',
    proofs: ['SEC-NO-SHELL'],
    removals: [
      {
        file: 'src/upstreams/stdio-child.ts',
        find: 'shell: false,',
        replace: 'shell: true,',
        test: 'test/unit/upstreams/stdio.test.ts',
        title: 'SEC-NO-SHELL',
      },
    ],
  },
  {
    name: 'inherited secrets',
    proofs: ['SEC-ENV'],
    removals: [
      {
        file: 'src/upstreams/stdio-environment.ts',
        find: 'if (value !== undefined && isHarmless(name, value, platform)) env[name] = value;',
        replace: 'if (value !== undefined) env[name] = value;',
        test: 'test/unit/upstreams/stdio-environment.test.ts',
        title: 'SEC-ENV',
      },
    ],
  },
];
