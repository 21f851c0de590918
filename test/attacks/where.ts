/** Attacks on where a request comes from, and on the way it takes. */
import type { Attack } from './attack.ts';

const PROXIES = 'src/access/proxies.ts';
const PROXIES_TEST = 'test/unit/access/proxies.test.ts';
const DOOR_TEST = 'test/unit/edges/where.test.ts';

export const where: readonly Attack[] = [
  {
    name: 'an address or a host that is made up',
    proofs: [
      'WHERE-TRUST-NOBODY',
      'WHERE-WALK',
      'WHERE-BROKEN-WAY',
      'WHERE-NOT-SURE',
      'WHERE-PROXIED-HOST',
      'WHERE-ADDRESSES',
      'WHERE-NO-ORACLE',
      'OPERATOR-NAMED',
    ],
    removals: [
      {
        file: 'src/edges/compose.ts',
        find: 'isAnyHostAllowed(allowedHosts, isLoopback)',
        replace: "allowedHosts.includes('*')",
        test: 'test/unit/edges/check-options.test.ts',
        title: 'OPERATOR-NAMED',
      },
      {
        file: PROXIES,
        find: 'if (!this.#trusted.has(address)) return { address, isSure: true };',
        replace: '',
        test: PROXIES_TEST,
        title: 'WHERE-TRUST-NOBODY',
      },
      {
        file: PROXIES,
        find: "if (way.address === '' || !this.#trusted.has(way.address)) return way;",
        replace: "if (way.address === '') return way;",
        test: PROXIES_TEST,
        title: 'WHERE-WALK',
      },
      {
        file: PROXIES,
        find: 'byOwn.address === byStandard.address',
        replace: 'byOwn.address !== undefined',
        test: PROXIES_TEST,
        title: 'WHERE-BROKEN-WAY',
      },
      {
        file: 'src/edges/sites.ts',
        find: 'isSure && addresses.has(address)',
        replace: 'addresses.has(address)',
        test: DOOR_TEST,
        title: 'WHERE-NOT-SURE',
      },
      {
        file: 'src/edges/sites.ts',
        find: '.filter((site) => welcomes(site, from))',
        replace: '.filter((site) => from && site)',
        test: DOOR_TEST,
        title: 'WHERE-NO-ORACLE',
      },
      {
        file: 'src/edges/http/caller.ts',
        find: 'const isWelcome = !site || welcomes(site, asked);',
        replace: 'const isWelcome = !site || welcomes(site, asked) || true;',
        test: DOOR_TEST,
        title: 'WHERE-ADDRESSES',
      },
      {
        file: 'src/edges/http/guard.ts',
        find: "if (request !== came && !origins.allowsHost(request.header('host')))",
        replace: 'if (origins === undefined)',
        test: DOOR_TEST,
        title: 'WHERE-PROXIED-HOST',
      },
    ],
  },
  {
    name: 'a connection that others read',
    proofs: ['TLS-SERVES', 'TLS-VERSIONS', 'TLS-MUTUAL', 'TLS-UNSHAKEN'],
    removals: [
      {
        file: 'src/edges/node/tls.ts',
        find: 'secureOptions: constants.SSL_OP_NO_RENEGOTIATION,',
        replace: 'secureOptions: constants.SSL_OP_NO_TICKET,',
        test: 'test/scenarios/tls.test.ts',
        title: 'TLS-VERSIONS',
      },
      {
        file: 'src/edges/node/https.ts',
        find: "rejectUnauthorized: asks === 'required',",
        replace: 'rejectUnauthorized: false,',
        test: 'test/scenarios/tls.test.ts',
        title: 'TLS-MUTUAL',
      },
      {
        file: 'src/edges/node/https.ts',
        find: 'if (!socket.authorized && socket.getPeerX509Certificate() !== undefined) socket.destroy();',
        replace: 'if (socket.destroyed) socket.destroy();',
        test: 'test/scenarios/tls.test.ts',
        title: 'TLS-MUTUAL',
      },
      {
        file: 'src/edges/node/https.ts',
        find: 'for (const socket of raw) socket.destroy();',
        replace: 'if (raw.size < 0) raw.clear();',
        test: 'test/scenarios/tls.test.ts',
        title: 'TLS-UNSHAKEN',
      },
    ],
  },
];
