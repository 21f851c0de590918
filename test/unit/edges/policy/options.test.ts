/** A policy that is handed in: a word that is not known must not leave open what it was to close. */
import { expect, it } from 'vitest';
import { front } from '../support.ts';

it.each([
  [{ tool: ['files/*'] }, '`tool` is not known'],
  [{ tools: 'files/*' }, 'must be a list of patterns, or an object'],
  [{ tools: ['read_*'] }, 'name the server, too, like "files/read_*"'],
  [{ tools: { deny: [7] } }, 'must be a list of patterns'],
  [{ resources: { hide: [] } }, '`resources`.hide is not known'],
  [{ readOnly: 'yes' }, 'give true or false'],
  ['all', 'must be an object'],
])('[POLICY-OPTIONS] %j is refused in one sentence, wherever it stands', (policy, words) => {
  const given = policy as never;
  expect(() => front({ policy: given })).toThrow(words);
  expect(() => front({ apiKeys: [{ name: 'a', key: 'k', policy: given }] })).toThrow(words);
  const oauth = { issuer: 'https://auth.example.com', policies: { 'mcp:read': given } };
  expect(() => front({ oauth })).toThrow(words);
  expect(() => front({ projects: { acme: { shared: ['srv'], policy: given } } })).toThrow(words);
});
