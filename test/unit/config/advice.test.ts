import { expect, test } from 'vitest';
import { configured } from '../../support/configured.ts';

const mcpServers = { a: { command: 'true' } };
const long = 'k'.repeat(16);

test('[OPERATOR-ADVICE] keys that can be guessed are warned of where others can try', () => {
  const warnings = (more: object) => configured({ mcpServers, host: '0.0.0.0', ...more }).warnings;
  const projects = { acme: { mcpServers, apiKeys: ['abc'] } };
  const short = warnings({ apiKeys: ['secret', { name: 'ann', key: 'x' }, long], projects });
  expect(short).toEqual([
    expect.stringMatching(/fewer than 16 characters .*\(key1, ann, key1\).*openssl rand/),
  ]);
  expect(short.join()).not.toContain('secret');
  expect(warnings({ apiKeys: [long, `sha256:${'0'.repeat(64)}`] })).toEqual([]);
  expect(warnings({ host: '127.0.0.1', apiKeys: ['secret'] })).toEqual([]);
});

test('[OPERATOR-ADVICE] servers that nobody could use are warned of', () => {
  const auth = {
    type: 'token_exchange',
    tokenUrl: 'https://a.example/token',
    clientId: 'c',
    clientSecret: 'secret',
  };
  const crm = { mcpServers: { crm: { url: 'https://crm.example/mcp', auth } } };
  expect(configured(crm).warnings).toEqual([expect.stringMatching(/token_exchange.*\(crm\).*set oauth/)]);
  expect(configured({ ...crm, oauth: { issuer: 'https://a.example' } }).warnings).toEqual([]);
});
