import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Workplace } from './sluice.ts';

let place: Workplace;
beforeAll(async () => {
  place = await Workplace.make({ port: 1234, apiKeys: ['planted-api-key'] });
});
afterAll(() => place.clear());

describe('[CLI-START-ERRORS] wrong words are told in one sentence, with exit code 1', () => {
  test.each<[string[], string | RegExp]>([
    [['frobnicate'], "error: unknown command 'frobnicate'\nAdd --help for help.\n"],
    [['call', 'fixture'], "error: missing required argument 'tool'\nAdd --help for help.\n"],
    [['list', '--nope'], "error: unknown option '--nope'\nAdd --help for help.\n"],
    [['--'], 'A command is missing after --; for example: sluice -- npx -y <package>\n'],
    [
      ['--', 'no-such-program'],
      'sluice: the command "no-such-program" of server "default" was not found; install it, or correct the command.\n',
    ],
    [
      ['--host', '0.0.0.0', '--', 'node'],
      /^The address 0\.0\.0\.0 can be reached from other machines, so a key is needed: /,
    ],
    [['-e', 'NOT_SET', '--', 'node'], 'The variable NOT_SET is not set; write --env NOT_SET=value.\n'],
    [['serve', '--port', 'abc'], '--port: port must be a number.\n'],
    [['serve', 'none.json'], 'The file none.json does not exist; check the path.\n'],
    [
      ['serve', 'a.json', '--config', 'b.json'],
      'The file is named twice; name it after the command or with --config, not both.\n',
    ],
    [['call', 'fixtur', 'echo'], 'The configuration has no server "fixtur"; did you mean "fixture"?\n'],
    [['call', 'ftp://x/', 'echo'], '"ftp://x/" is no address; write one like http://127.0.0.1:8808/mcp.\n'],
    [['list', 'http://me:planted@127.0.0.1/'], /^An address holds no user and password here/],
    [
      ['list', 'http://127.0.0.1/', '--header', 'nonsense'],
      'A header is written as --header "Name: value".\n',
    ],
    [['list', 'fixture', '--timeout', 'soon'], '--timeout must be a time up to 24 hours, like 30s or 5m.\n'],
  ])('%j', async (args, message) => {
    const { code, out, err } = await place.run(args);
    if (typeof message === 'string') expect(err).toBe(message);
    else expect(err).toMatch(message);
    expect(err.trimEnd().split('\n').length).toBeLessThan(3);
    expect({ code, out }).toEqual({ code: 1, out: '' });
  });

  test('a broken file, all of it', async () => {
    await writeFile(
      place.path('broken.json'),
      '{\n  "prot": 1,\n  "mcpServers": { "a": { "comand": "x" } }\n}',
    );
    expect(await place.run(['serve', 'broken.json'])).toEqual({
      code: 1,
      out: '',
      err: [
        'broken.json:2:3: prot is not a known setting; did you mean "port"?',
        'broken.json:3:26: mcpServers.a.comand is not a known setting; did you mean "command"?',
        '',
      ].join('\n'),
    });
  });

  test('a stack trace comes with --verbose only', async () => {
    const { err } = await place.run(['serve', 'none.json', '--verbose']);
    expect(err).toContain('\n    at ');
  });
});

test('help and version go to standard output', async () => {
  const help = await place.run(['--help']);
  expect(help).toMatchObject({ code: 0, err: '' });
  expect(help.out).toMatch(/Usage: sluice .* -- <command>/);
  const version = await place.run(['--version']);
  expect(version.out).toMatch(/^\d+\.\d+\.\d+/);
});

describe('config', () => {
  test('[CLI-CONFIG] prints each value with its source, and no secrets', async () => {
    const { code, out, err } = await place.run(['config', '--port', '99'], { LOG_LEVEL: 'warn' });
    expect(code).toBe(0);
    const rows = out
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/));
    expect(rows).toContainEqual(['port', '99', 'flag --port']);
    expect(rows).toContainEqual(['host', '"127.0.0.1"', 'default']);
    expect(rows).toContainEqual(['limits.bodyBytes', '"4MiB"', 'default']);
    expect(rows).toContainEqual(['limits.logEvents', '1000', 'default']);
    expect(rows).toContainEqual(['timeouts.request', '"5m"', 'default']);
    expect(rows).toContainEqual(['mcpServers.fixture.startTimeout', '"30s"', 'default']);
    expect(rows).toContainEqual(['log.level', '"warn"', 'environment LOG_LEVEL']);
    expect(rows.find(([path]) => path === 'apiKeys[0].key')).toEqual([
      'apiKeys[0].key',
      '"***"',
      expect.stringMatching(/^sluice\.json:1:\d+$/),
    ]);
    expect(rows.find(([path]) => path === 'mcpServers.fixture.command')?.[2]).toMatch(/^sluice\.json:1:\d+$/);
    expect(out + err).not.toContain('planted-api-key');
    expect(err).toBe(`Read from ${place.path('sluice.json')}.\n`);
  });

  test('--json, for programs', async () => {
    const { out, err } = await place.run(['config', '--json', '-q']);
    const { file, values } = JSON.parse(out) as { file: string; values: { path: string }[] };
    expect(file).toBe(place.path('sluice.json'));
    expect(values.find(({ path }) => path === 'port')).toEqual({
      path: 'port',
      value: 1234,
      source: { kind: 'file', where: expect.stringMatching(/^sluice\.json:1:\d+$/) as string },
    });
    expect(err).toBe('');
  });
});
