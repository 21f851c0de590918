/** `list` and `call` with servers that speak 2026-07-28 alone, and with such as refuse all words. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ModernHttp, startModernHttp } from '../../fixtures/modern/listen.ts';
import { Workplace } from './sluice.ts';

const MODERN = fileURLToPath(new URL('../../fixtures/modern/stdio.ts', import.meta.url));
/** Answers every request with an error, whatever it is. */
const REFUSES = `
  require('node:readline').createInterface(process.stdin).on('line', (line) => {
    const { id, method } = JSON.parse(line);
    if (id !== undefined) console.log(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32601, message: 'No ' + method } }));
  });`;

describe('[PLAINERA-CLI] `list` and `call`', () => {
  let far: ModernHttp;
  let place: Workplace;
  beforeAll(async () => {
    far = await startModernHttp('modern');
    const near = { command: process.execPath, args: [MODERN, 'reject'] };
    place = await Workplace.make({
      mcpServers: {
        near,
        told: { ...near, era: 'modern' },
        mistold: { ...near, era: 'legacy' },
        far: { url: far.url },
        toldFar: { url: far.url, era: 'modern' },
        refuses: { command: process.execPath, args: ['-e', REFUSES] },
      },
    });
  });
  afterAll(async () => {
    await place.clear();
    await far.close();
  });

  test.each(['near', 'told', 'far', 'toldFar'])('reach the server %s by its name', async (name) => {
    expect((await place.run(['list', name, '-q'])).out).toContain('  echo  text=string\n');
    expect(await place.run(['call', name, 'echo', 'text=hi', '-q'])).toEqual({
      code: 0,
      out: 'hi\n',
      err: '',
    });
  });

  test('reach a server by its address', async () => {
    expect((await place.run(['list', far.url])).out).toContain('  echo  text=string\n');
    expect(await place.run(['call', far.url, 'echo', 'text=hi'])).toEqual({ code: 0, out: 'hi\n', err: '' });
  });

  test('believe what the configuration says', async () => {
    const { code, err } = await place.run(['list', 'mistold', '-q']);
    expect({ code, err }).toEqual({ code: 4, err: expect.stringContaining('2025-11-25') as string });
  });

  test('tell of the first refusal where a server refuses in all words', async () => {
    const { code, err } = await place.run(['list', 'refuses', '-q']);
    expect({ code, err }).toEqual({
      code: 4,
      err: 'The server "refuses" could not be reached: No initialize.\n',
    });
  });
});
