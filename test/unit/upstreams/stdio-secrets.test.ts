import { describe, expect, it } from 'vitest';
import { stdio } from '../../../src/upstreams/stdio.ts';
import { redactor } from '../../../src/upstreams/stdio-secrets.ts';
import { call, context, Notes, realRuntime, Recorder, SERVER } from './harness.ts';
import { workedMs } from '../../support/cpu.ts';

describe('redactor', () => {
  it('[SEC-CHILD-SECRETS] takes out the values that an entry names, also one within another, and lines of long ones', () => {
    const redact = redactor({
      env: { A: 'secret-token', B: 'secret-token-longer', DEBUG: '1', PEM: 'BEGIN\nabcdefghij\nEND' },
    });
    expect(redact('bad key secret-token-longer or secret-token at 1: abcdefghij')).toBe(
      'bad key *** or *** at 1: ***',
    );
  });

  it.each([
    ['after an option', ['--token', 'argsecret123'], 'arg argsecret123'],
    ['after an option in camel case', ['--apiKey', 'abcd'], 'arg abcd'],
    ['within an option', ['--api-key=argsecret123'], 'arg argsecret123'],
    ['after a short option with a telling name', ['-password', 'hunter2'], 'arg hunter2'],
    ['as a setting', ['PGPASSWORD=pg99'], 'arg pg99'],
    ['in a header', ['--header', 'Authorization: Bearer abc123'], 'arg abc123'],
    ['in a header without a space', ['--header', 'Authorization:Bearer abc123'], 'arg abc123'],
    ['in a query', ['https://host/mcp?x=1&api_key=abc123&y=2'], 'arg abc123'],
    ['as JSON', ['{"token":"abc123"}'], 'arg abc123'],
    ['in an address', ['postgres://u:pgpass99@db'], 'arg pgpass99'],
    ['in an address, decoded', ['postgres://u:p%40ss%2F99@db/x'], 'arg p@ss/99'],
    ['as the name of an address', ['https://ghp_0123456789@host/x'], 'arg ghp_0123456789'],
    ['standing alone', ['sk-ant-0123456789abcdefghij'], 'arg sk-ant-0123456789abcdefghij'],
  ])('[SEC-CHILD-SECRETS] takes out an argument that looks like a secret: %s', (_where, args, said) => {
    expect(redactor({ args })(said)).toBe('arg ***');
  });

  it('[SEC-CHILD-SECRETS] takes out short values: from 4 characters on where the name tells, else from 6', () => {
    const redact = redactor({
      env: { GITHUB_PAT: 'abcd', dbPassword: 'wxyz', ANY: 'hunter2', PORT: '8080' },
    });
    expect(redact('abcd wxyz hunter2 8080')).toBe('*** *** *** 8080');
  });

  it('[SEC-CHILD-SECRETS] takes out what is told in base64, alone and at the beginning of more', () => {
    const redact = redactor({ env: { API_TOKEN: 'planted-token' } });
    for (const form of ['base64', 'base64url'] as const)
      for (const text of ['planted-token', 'planted-token:and more'])
        expect(redact(Buffer.from(text).toString(form)).startsWith('***'), text).toBe(true);
  });

  it('[SEC-CHILD-SECRETS] takes names and passwords out of any address', () => {
    const redact = redactor();
    expect(redact('to postgres://u:p@ss@db:5432/x?a=b@c, or redis://:p@h and https://h:1/a@b')).toBe(
      'to postgres://***@db:5432/x?a=b@c, or redis://***@h and https://h:1/a@b',
    );
  });

  it('[SEC-CHILD-SECRETS] takes the beginning of a secret from the end of a text that was cut', () => {
    const redact = redactor({ env: { A: 'secret-token' } });
    expect(redact('it is secret-to', true)).toBe('it is ***');
    expect(redact('to postgres://u:pgpa', true)).toBe('to postgres://***');
    expect(redact('it is secret-to')).toBe('it is secret-to');
  });

  it('leaves well-known words, common folders and harmless arguments', () => {
    const redact = redactor({
      env: { AUTH: 'true', NODE_ENV: 'production', BIN: '/usr/bin', LOG: 'verbose' },
      args: [
        '-y',
        '@modelcontextprotocol/server-filesystem',
        '--token-limit',
        '--port',
        '3000',
        '/usr/bin/x',
      ],
    });
    const said = 'true production /usr/bin verbose @modelcontextprotocol/server-filesystem --port 3000';
    expect(redact(said)).toBe(said);
  });

  it('is quick, whatever a child writes', () => {
    const redact = redactor();
    const start = workedMs();
    for (const hostile of ['://', 'a:', '://a:', '://a@', 'a'])
      redact(hostile.repeat(4_096 / hostile.length));
    expect(workedMs() - start).toBeLessThan(200);
  });
});

describe('a child that tells its secrets', () => {
  it('[SEC-CHILD-SECRETS] tells them neither to its caller, nor to the health of its server, nor to the log', async () => {
    const notes = new Notes();
    const script =
      'process.stderr.write(`arg ${process.argv.slice(-2)} ${process.env.PIN}\\n`, () => process.exit(3))';
    const driver = stdio({
      name: 'server',
      command: process.execPath,
      args: ['-e', script, '--', '--token', 'argsecret123'],
      env: { PIN: '9876' },
      runtime: realRuntime(),
      observer: notes,
    });
    try {
      const events = new Recorder();
      await driver.open(events, context());
      expect((await events.fault()).message).toBe(
        'The server "server" exited with code 3: arg --token,*** ***',
      );
      expect(driver.health().reason).toBe('The server "server" exited with code 3: arg --token,*** ***');
      expect(notes.lines).toEqual(['arg --token,*** ***']);
    } finally {
      await driver.close();
    }
  });
});

describe('a child that dies of what it was asked', () => {
  it('[SEC-CHILD-SECRETS] is told without addresses that are in no entry', async () => {
    const driver = stdio({
      name: 'server',
      command: process.execPath,
      args: [SERVER],
      runtime: realRuntime(),
      observer: {},
    });
    try {
      const events = new Recorder();
      const link = await driver.open(events, context());
      link.send(call(1, 'crash', { last: 'no way to postgres://u:pgpass99@db' }));
      expect((await events.fault()).message).toBe(
        'The server "server" exited with code 3: no way to postgres://***@db',
      );
    } finally {
      await driver.close();
    }
  });
});
