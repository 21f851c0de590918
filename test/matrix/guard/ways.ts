/** Every way to come with a proof that is not good here, and the ways that are. */
export const KEYS = {
  own: 'slc_of-the-gateway-itself-000000',
  acme: 'slc_of-the-project-acme-00000000',
  beta: 'slc_of-the-project-beta-00000000',
  /** Of operators. */
  admin: 'the-key-of-operators-0000000000',
};

/** Those that were good once. */
export const EXPIRED = {
  own: 'slc_of-the-gateway-once-00000000',
  acme: 'slc_of-acme-once-000000000000000',
};

/** A key that was made and revoked with the store. */
export const REVOKED = 'slc_of-the-store-revoked-0000000';

/** What makes the tokens of a world. */
export interface Mint {
  /** A token of the issuer that is believed, for this audience, with these claims over the usual ones. */
  token(audience: string | undefined, claims?: Record<string, unknown>): Promise<string>;
  /** The same of an issuer that nobody configured, and signed by a key that is not the issuer's. */
  stranger(audience: string): Promise<string>;
  forged(audience: string): Promise<string>;
}

export interface Way {
  readonly name: string;
  /** What it opens: the gateway itself (`''`), a project, or nothing. */
  readonly opens?: string;
  /** It opens what is for operators. */
  readonly isOperators?: boolean;
  /** It opens its very endpoint, where tokens are taken at all. */
  readonly isForEndpoint?: boolean;
  /** A token was shown. */
  readonly isToken?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: string;
  /** @param endpoint the URL that is asked */
  readonly token?: (mint: Mint, endpoint: string) => Promise<string>;
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

export const WAYS: readonly Way[] = [
  { name: 'no proof at all' },
  { name: 'an empty header', headers: { authorization: '' } },
  { name: 'a scheme without a key', headers: { authorization: 'Bearer' } },
  { name: 'a key that is unknown', headers: bearer('slc_nobodys-key-0000000000000000') },
  { name: 'a key that is nearly right', headers: bearer(KEYS.own.slice(0, -1)) },
  { name: 'a key with more behind it', headers: bearer(`${KEYS.own}x`) },
  { name: 'a key in capitals', headers: bearer(KEYS.own.toUpperCase()) },
  { name: 'two keys in one header', headers: { authorization: `Bearer ${KEYS.own}, Bearer ${KEYS.own}` } },
  { name: 'a key as another scheme', headers: { authorization: `Basic ${btoa(`key:${KEYS.own}`)}` } },
  { name: 'a key without a scheme', headers: { authorization: KEYS.own } },
  { name: 'a key in a cookie', headers: { cookie: `authorization=${KEYS.own}; key=${KEYS.own}` } },
  { name: 'a key in the query', query: `key=${KEYS.own}&api_key=${KEYS.own}&access_token=${KEYS.own}` },
  { name: 'a key as a ticket', query: `ticket=${KEYS.own}` },
  { name: 'a made-up ticket', query: 'ticket=AAAAAAAAAAAAAAAAAAAAAA' },
  {
    name: 'a header of a proxy',
    headers: { 'x-forwarded-user': 'root', 'x-principal': `own#${'0'.repeat(12)}` },
  },
  { name: 'a path of another', headers: { 'x-original-url': '/healthz', 'x-rewrite-url': '/healthz' } },
  { name: 'another method', headers: { 'x-http-method-override': 'OPTIONS' } },
  { name: 'a key that ran out', headers: bearer(EXPIRED.own) },
  { name: 'a key of a project that ran out', headers: bearer(EXPIRED.acme) },
  { name: 'the key of the gateway', opens: '', headers: bearer(KEYS.own) },
  { name: 'the key of the gateway as X-API-Key', opens: '', headers: { 'x-api-key': KEYS.own } },
  { name: 'the key of a project', opens: 'acme', headers: bearer(KEYS.acme) },
  { name: 'the key of another project', opens: 'beta', headers: { 'x-api-key': KEYS.beta } },
  { name: 'the admin key', isOperators: true, headers: bearer(KEYS.admin) },
  { name: 'the admin key as X-API-Key', headers: { 'x-api-key': KEYS.admin } },
  { name: 'the admin key in a cookie', headers: { cookie: `sluice-admin-8808=${KEYS.admin}` } },
  { name: 'a key that was revoked', headers: bearer(REVOKED) },
  { name: 'a token of this endpoint', isForEndpoint: true, token: (mint, at) => mint.token(at) },
  { name: 'a token that ran out', token: (mint, at) => mint.token(at, { exp: 1_600_000_000 }) },
  { name: 'a token that is not good yet', token: (mint, at) => mint.token(at, { nbf: 4_000_000_000 }) },
  {
    name: 'a token of another server',
    token: (mint, at) => mint.token(`${new URL(at).origin}/servers/files/mcp`),
  },
  { name: 'a token of another host', token: (mint) => mint.token('https://elsewhere.example/mcp') },
  { name: 'a token of a longer path', token: (mint, at) => mint.token(`${at}/more`) },
  { name: 'a token of no audience', token: (mint) => mint.token(undefined) },
  { name: 'a token of an unknown issuer', token: (mint, at) => mint.stranger(at) },
  { name: 'a token signed by another', token: (mint, at) => mint.forged(at) },
  {
    name: 'a token that is not signed',
    token: async (mint, at) => {
      const [, payload] = (await mint.token(at)).split('.');
      return `${btoa('{"alg":"none","typ":"at+jwt"}').replaceAll('=', '')}.${payload}.`;
    },
  },
];
