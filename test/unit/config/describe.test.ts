import { describe, expect, test } from 'vitest';
import { describeConfig } from '../../../src/config/describe.ts';
import { readConfig } from '../../../src/config/read.ts';
import { looksSecret, scrub } from '../../../src/config/secrets.ts';

const planted = {
  env: 'planted-in-env',
  argument: 'planted-in-argument',
  joined: 'planted-joined',
  url: 'planted-in-url',
  query: 'planted-in-query',
  header: 'planted-in-header',
  bearer: 'planted-bearer',
  key: 'planted-api-key',
  named: 'planted-named-key',
  variable: 'planted-variable',
  option: 'planted-option',
};

const text = JSON.stringify({
  apiKeys: [planted.key, { name: 'ci', key: planted.named }],
  mcpServers: {
    child: {
      command: 'x',
      args: [
        '--token',
        planted.argument,
        `--api-key=${planted.joined}`,
        `postgres://me:${planted.url}@db/x`,
        '${MY_SECRET}',
      ],
      env: { GITHUB_TOKEN: planted.env, MODE: 'verbose', COPY: 'x ${MY_SECRET} y', SHORT_KEY: 'abc' },
    },
    built: { builtin: 'aare', options: { apiKey: planted.option } },
    remote: {
      url: `https://x.example/mcp?token=${planted.query}`,
      headers: {
        Authorization: `Bearer ${planted.bearer}`,
        'X-Api-Key': planted.header,
        'X-Mode': 'plain',
      },
    },
  },
});

function read() {
  return readConfig(text, { file: 'sluice.json', env: { MY_SECRET: planted.variable } });
}

test('[SEC-LOG-SECRETS] [CLI-CONFIG] no planted secret is printed', () => {
  const printed = JSON.stringify(describeConfig(read()));
  for (const secret of Object.values(planted)) expect(printed).not.toContain(secret);
  expect(printed).not.toContain('"abc"');
});

test('what is no secret is printed', () => {
  const values = Object.fromEntries(describeConfig(read()).map(({ path, value }) => [path, value]));
  expect(values).toMatchObject({
    'apiKeys[0].name': 'key1',
    'apiKeys[0].key': '***',
    'apiKeys[1].name': 'ci',
    'mcpServers.child.args[0]': '--token',
    'mcpServers.child.args[1]': '***',
    'mcpServers.child.args[2]': '--api-key=***',
    'mcpServers.child.args[3]': 'postgres://me:***@db/x',
    'mcpServers.child.env.MODE': 'verbose',
    'mcpServers.child.env.COPY': 'x *** y',
    'mcpServers.remote.url': 'https://x.example/mcp?token=***',
    'mcpServers.remote.headers.X-Mode': 'plain',
    'limits.bodyBytes': 4_194_304,
  });
});

test('the secrets of a configuration are known to the log', () => {
  const { secrets } = read();
  for (const secret of Object.values(planted)) expect(scrub(`a ${secret} b`, secrets)).not.toContain(secret);
});

describe('names that tell of a secret', () => {
  test.each([
    'GITHUB_TOKEN',
    'apiKey',
    'api-key',
    'X-API-Key',
    'DB_PASSWORD',
    'clientSecret',
    'Authorization',
    'Cookie',
    '--auth',
    'AWS_SECRET_ACCESS_KEY',
  ])('%s', (name) => expect(looksSecret(name)).toBe(true));
  test.each(['PATH', 'KEYBOARD', 'MONKEY', 'TOKENIZERS', 'author', 'passage', 'HOME', 'Accept', 'compass'])(
    'not %s',
    (name) => expect(looksSecret(name)).toBe(false),
  );
});

test('a short secret does not blot out innocent words', () => {
  expect(scrub('true enough', ['true'])).toBe('true enough');
});
