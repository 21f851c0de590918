/** Every way to come with a proof that is not good here, and the ways that are. */
export const KEYS = {
  own: 'slc_of-the-gateway-itself-000000',
  acme: 'slc_of-the-project-acme-00000000',
  beta: 'slc_of-the-project-beta-00000000',
};

/** Those that were good once. */
export const EXPIRED = {
  own: 'slc_of-the-gateway-once-00000000',
  acme: 'slc_of-acme-once-000000000000000',
};

export interface Way {
  readonly name: string;
  /** What it opens: the gateway itself (`''`), a project, or nothing. */
  readonly opens?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: string;
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
];
