import { describe, expect, it } from 'vitest';
import { MemoryEventLog } from '../../../src/backplanes/memory.ts';
import { Answers } from '../../../src/engine/answers.ts';
import type { EventLog } from '../../../src/engine/ports-backplane.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (data: Uint8Array) => new TextDecoder().decode(data);

async function between(answers: Answers, after: number, last: number, log: EventLog) {
  const found: (readonly [number, string])[] = [];
  for await (const { offset, data } of answers.between(after, last, log, 's/1'))
    found.push([offset, text(data)]);
  return found;
}

describe('the answers of a stream', () => {
  it('[STREAMABLE-HISTORY-LOST] come as they were while the log has them, though events before them are gone', async () => {
    const log = new MemoryEventLog({ events: 2, bytes: 1_000, totalBytes: 1_000 });
    const answers = new Answers();
    for (let offset = 1; offset <= 5; offset++) log.append('s/1', offset, bytes(`event ${offset}`));
    answers.add(5, bytes('1'));
    expect(await between(answers, 0, 5, log)).toEqual([[5, 'event 5']]);
  });

  it('[ANSWER-ONCE] are an error with their id when the log lost them, too', async () => {
    const log = new MemoryEventLog({ events: 1, bytes: 1_000, totalBytes: 1_000 });
    const answers = new Answers();
    answers.add(1, bytes('"a"'));
    answers.add(2, undefined);
    for (let offset = 1; offset <= 3; offset++) log.append('s/1', offset, bytes(`event ${offset}`));
    const [[offset, told] = [0, '{}'], ...rest] = await between(answers, 0, 3, log);
    expect(offset).toBe(1);
    expect(JSON.parse(told)).toMatchObject({ id: 'a', error: { data: { code: 'history_lost' } } });
    expect(rest).toEqual([]);
  });

  it('are told within the range that was asked for, and once', async () => {
    const log = new MemoryEventLog();
    const answers = new Answers();
    for (let offset = 1; offset <= 4; offset++) {
      log.append('s/1', offset, bytes(`${offset}`));
      answers.add(offset, bytes(`${offset}`));
    }
    expect(await between(answers, 1, 3, log)).toEqual([
      [2, '2'],
      [3, '3'],
    ]);
  });
});
