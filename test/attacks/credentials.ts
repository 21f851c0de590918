/** Attacks on credentials: of callers, of servers, and by what the gateway can be made to ask. */
import type { Attack } from './attack.ts';

export const credentials: readonly Attack[] = [
  {
    name: 'token confusion',
    proofs: ['OAUTH-ALGORITHM', 'OAUTH-AUDIENCE', 'OAUTH-ISSUER', 'GUARD-ROUTES'],
    removals: [
      {
        file: 'src/access/oauth-jwt.ts',
        find: 'algorithms: [...rules.algorithms],',
        replace: '',
        test: 'test/unit/access/oauth-opaque.test.ts',
        title: 'OAUTH-ALGORITHM',
      },
      {
        file: 'src/access/oauth.ts',
        find: 'if (!isMeant) return NOT_OURS;',
        replace: '',
        test: 'test/scenarios/oauth-attacks.test.ts',
        title: 'OAUTH-AUDIENCE',
      },
      {
        file: 'src/access/oauth-resource.ts',
        find: 'if (audience.startsWith(own) && LEGS.has(audience.slice(own.length))) return true;',
        replace: 'if (audience.startsWith(base)) return true;',
        test: 'test/scenarios/oauth-attacks.test.ts',
        title: 'OAUTH-AUDIENCE',
      },
      {
        file: 'src/access/oauth-issuer.ts',
        find: "if (metadata['issuer'] !== issuer)",
        replace: "if (metadata['issuer'] === undefined)",
        test: 'test/unit/access/oauth.test.ts',
        title: 'OAUTH-DISCOVERY',
      },
    ],
  },
  {
    name: 'credentials mixed',
    proofs: ['CRED-NAMES', 'CRED-CALLER', 'CRED-PRINCIPAL', 'CRED-MISSING', 'CRED-REDIRECT'],
    removals: [
      {
        file: 'src/edges/check-options.ts',
        find: 'const proof = forwardHeaders.find((each: string) => isCallerProof(each.toLowerCase()));',
        replace: 'const proof = undefined as string | undefined;',
        test: 'test/unit/edges/forwarding.test.ts',
        title: 'CRED-NAMES',
      },
      {
        file: 'src/upstreams/credentials-principal.ts',
        find: "if (secret === undefined || secret === '') throw missingCredentials(name);",
        replace: "if (secret === undefined) return valueOf(Object.values(secrets)[0] ?? '');",
        test: 'test/scenarios/credentials.test.ts',
        title: 'CRED-MISSING',
      },
    ],
  },
  {
    name: 'SSRF',
    proofs: [
      'EGRESS-ADDRESSES',
      'EGRESS-ALL',
      'EGRESS-PINNED',
      'EGRESS-HTTPS',
      'EGRESS-REDIRECT',
      'EGRESS-REF',
      'EGRESS-ROUTES',
    ],
    removals: [
      {
        file: 'src/edges/egress.ts',
        find: "if (parsed.protocol !== 'https:') refuse(",
        replace: "if (parsed.protocol === 'file:') refuse(",
        test: 'test/unit/edges/egress.test.ts',
        title: 'EGRESS-HTTPS',
      },
      {
        file: 'src/edges/node/egress.ts',
        find: '!addresses.every(({ address }) => isPublic(address))',
        replace: '!addresses.some(({ address }) => isPublic(address))',
        test: 'test/unit/edges/egress.test.ts',
        title: 'EGRESS-ALL',
      },
      {
        file: 'src/access/public-address.ts',
        find: 'if (six.isIPv4MappedAddress()) return isOpen(six.toIPv4Address());',
        replace: 'if (six.isIPv4MappedAddress()) return true;',
        test: 'test/unit/edges/egress.test.ts',
        title: 'EGRESS-ADDRESSES',
      },
      {
        file: 'src/edges/node/egress.ts',
        find: 'throw redirected(url);',
        replace: '',
        test: 'test/unit/edges/egress.test.ts',
        title: 'EGRESS-REDIRECT',
      },
    ],
  },
  {
    name: 'leaks',
    proofs: [
      'SEC-NO-DETAILS',
      'SEC-LOG-SECRETS',
      'SEC-CHILD-SECRETS',
      'SEC-HEALTH-STRANGER',
      'PLANT-NOWHERE',
      'SECRET-HIDDEN',
    ],
    removals: [
      {
        file: 'src/log.ts',
        find: "if (typeof value === 'string') return maskCredentials(scrub(value, secrets));",
        replace: "if (typeof value === 'string') return value;",
        test: 'test/unit/log.test.ts',
        title: 'SEC-LOG-SECRETS',
      },
      {
        file: 'src/upstreams/stdio-secrets.ts',
        find: 'for (const secret of secrets) if (clean.includes(secret)) clean = clean.replaceAll(secret, MASK);',
        replace: '',
        test: 'test/unit/upstreams/stdio-secrets.test.ts',
        title: 'SEC-CHILD-SECRETS',
      },
    ],
  },
];
