/** Who tries a server over HTTP again that was away. */
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { webServer } from '../../support/web-server.ts';
import { call, context, realRuntime, Recorder, stillRuntime, until } from './harness.ts';
import { driverFor, json, played, result, well } from './network-harness.ts';

describe('a server that was away', () => {
  it('[SUPERVISE-ONE-TRY] is tried by one at a time, also where it takes connections and says nothing', async () => {
    const first = await played(well());
    await first.close();
    const clock = stillRuntime();
    const { driver } = driverFor(first.url, { runtime: { ...clock, after: realRuntime().after } });
    const asked = async (id: number): Promise<Recorder> => {
      const recorder = new Recorder();
      (await driver.open(recorder, context())).send(call(id, 'initialize'), id);
      return recorder;
    };
    for (let n = 0; n < 2; n++) {
      const recorder = await asked(1);
      await until('it failed', () => recorder.failures.length > 0);
    }
    clock.shift(5_001);
    let held: ServerResponse | undefined;
    let requests = 0;
    await webServer((request, response) => {
      request.resume();
      requests++;
      if (requests === 1) held = response;
      else json(response, result(9, { protocolVersion: '2025-06-18' }));
    }, first.port);
    const one = await asked(1);
    const others = await Promise.all([asked(9), asked(9), asked(9)]);
    await until('the others were told', () => others.every(({ failures }) => failures.length > 0));
    expect(others.map(({ failures }) => failures[0])).toMatchObject(
      others.map(() => ({
        isUnsent: true,
        fault: { code: 'backoff', retryAfterMs: 250, isRecoverable: true },
      })),
    );
    await until('it is asked', () => held !== undefined);
    json(held as ServerResponse, result(1, { protocolVersion: '2025-06-18' }));
    await one.answer(1);
    await Promise.all((await Promise.all([asked(9), asked(9)])).map((recorder) => recorder.answer(9)));
    expect(requests).toBe(3);
  });
});
