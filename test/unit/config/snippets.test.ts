/** Whatever the documents show of a configuration can be pasted into one. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse, type ParseError } from 'jsonc-parser';
import { readConfig } from '../../../src/config/read.ts';

const root = new URL('../../../', import.meta.url);
const PAGES = ['README.md', 'SECURITY.md', 'docs/security.md', 'docs/configuration.md', 'docs/eras.md'];
/** Those that are meant for clients, which have entries of their own kind. */
const FOR_CLIENTS = /"stdio", "http/;
const STATE_KEY = '0123456789abcdef'.repeat(4);

interface Snippet {
  readonly place: string;
  readonly value: Record<string, unknown>;
}

/** Blocks of JSON, and what stands in a line and looks like an object with settings. */
function snippetsOf(page: string): Snippet[] {
  const text = readFileSync(new URL(page, root), 'utf8');
  const blocks = text.matchAll(/^ *```jsonc?\n([^]*?)^ *```$/gm);
  const inline = text.replace(/^ *```[^]*?^ *```$/gm, '').matchAll(/`(\{ "[^`]+\})`/g);
  return [...blocks, ...inline].flatMap((found) => {
    const [, code = ''] = found;
    const place = `${page}: ${code.trim().slice(0, 60)}`;
    const faults: ParseError[] = [];
    const value = parse(code, faults, { allowTrailingComma: true }) as Record<string, unknown>;
    if (code.includes('…')) return [];
    expect(faults, place).toEqual([]);
    return FOR_CLIENTS.test(code) ? [] : [{ place, value }];
  });
}

/** As it would stand in a file: a server, a key, the policies of `oauth`, or settings. */
function asConfiguration({ value }: Snippet): object {
  const mcpServers = { other: { command: 'true' } };
  const tls = { cert: 'cert.pem', key: 'key.pem', ca: 'clients.pem' };
  const oauth = { issuer: 'https://auth.example.com' };
  if ('url' in value || 'command' in value) return { mcpServers: { a: value }, oauth };
  if ('key' in value) return { mcpServers, tls, apiKeys: [value] };
  const [first = ''] = Object.keys(value);
  if (first.startsWith('mcp:')) return { mcpServers, oauth: { ...oauth, policies: value } };
  if (first.includes('/')) return { mcpServers, oauth: { ...oauth, toolScopes: value } };
  return { mcpServers, ...value };
}

const NAMES =
  'HOME REPORT_KEY CI_KEY BATCH_KEY OPS_KEY SLUICE_KEY ACME_KEY CRM_SECRET ANN_TOKEN SEARCH_TOKEN FAR_TOKEN';
const env = {
  ...Object.fromEntries(NAMES.split(' ').map((name) => [name, `value-of-${name}`])),
  CI_CERTIFICATE: 'AB:'.repeat(31) + 'CD',
  STATE_KEY,
  OLD_STATE_KEY: 'fedcba9876543210'.repeat(4),
};
/** What files say: for secrets of each caller an object, for all else a text. */
const lookUp = (token: string) => ({
  text: token.includes('.json') ? '{ "ann": "secret-of-ann" }' : `text-of-${token.length}`,
});

test.each(PAGES.flatMap(snippetsOf).map((snippet) => [snippet.place, snippet] as const))(
  '[OPERATOR-SNIPPETS] %s',
  (_place, snippet) => {
    const text = JSON.stringify(asConfiguration(snippet));
    expect(readConfig(text, { file: 'sluice.json', env, lookUp }).warnings).toEqual([]);
  },
);

test('[OPERATOR-SNIPPETS] are found on all pages that have some', () => {
  const count = (page: string) => snippetsOf(page).length;
  expect(count('docs/security.md')).toBeGreaterThan(14);
  expect(count('docs/configuration.md')).toBeGreaterThan(4);
  expect(count('README.md')).toBeGreaterThan(1);
});
