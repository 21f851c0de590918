/** A connection and a whole answer at a distance: what waits is counted, and every end is told to the other side. */
import { describe, expect, it } from 'vitest';
import type { FakeConnection } from '../../engine/support.ts';
import { Ends } from './support.ts';

const LIMITS = { windowBytes: 1_000, pieceBytes: 400, uncountedBytes: 100, highWater: 500 };
const bytes = (size: number, fill = 0x61) => new Uint8Array(size).fill(fill);
const text = (size: number, letter = 'a') => letter.repeat(size);

function streaming(limits = LIMITS, isStuck = false) {
  const ends = new Ends(limits, undefined, isStuck);
  const connection = ends.carried.stream(200, { 'x-a': 'b' }, bytes(3, 0x66));
  return { ends, connection };
}

const real = ({ responder }: Ends): FakeConnection => responder.connection as FakeConnection;

describe('a stream', () => {
  it('[CARRY-STREAM] its head and its bytes arrive in order, what is written in one turn in one frame', async () => {
    const { ends, connection } = streaming();
    for (const letter of 'bcd') connection.write(bytes(2, letter.charCodeAt(0)));
    expect(ends.toClient).toHaveLength(1);
    await Promise.resolve();
    expect(ends.toClient).toHaveLength(2);
    await ends.deliver();
    expect(ends.responder.status).toBe(200);
    expect(ends.responder.headers['x-a']).toBe('b');
    expect(real(ends).text).toBe('fffbbccdd');
    connection.close('rotated');
    await ends.deliver();
    expect(real(ends).closedBy).toBe('rotated');
    expect([ends.isOverHere, ends.isOverThere]).toEqual([true, true]);
  });

  it('[CARRY-SLOW] no more is under way than the window holds; the rest waits here, and counts as queued', async () => {
    const { ends, connection } = streaming(LIMITS, true);
    for (let n = 0; n < 20; n++) connection.write(bytes(200));
    expect(connection.queued).toBe(4_000);
    await Promise.resolve();
    expect(ends.underWay).toBeGreaterThanOrEqual(LIMITS.windowBytes);
    expect(ends.underWay).toBeLessThan(LIMITS.windowBytes + LIMITS.pieceBytes);
    await ends.deliver();
    expect(connection.queued).toBe(4_000);
    expect(connection.write(bytes(1))).toBe(false);
    expect(ends.watched).toBeGreaterThan(0);
  });

  it('[CARRY-SLOW] a reader that goes on gets all of it in order, and the writer is told when to go on', async () => {
    const { ends, connection } = streaming(LIMITS, true);
    let drains = 0;
    connection.onDrain = () => void drains++;
    let said = 'fff';
    for (const letter of 'abcdefghij') {
      connection.write(bytes(300, letter.charCodeAt(0)));
      said += text(300, letter);
    }
    await ends.deliver();
    const { backlog } = connection;
    for (let turn = 0; turn < 20; turn++) {
      real(ends).drain();
      real(ends).isStuck = true;
      await ends.deliver();
    }
    expect(real(ends).text).toBe(said);
    expect(drains).toBe(1);
    expect(connection.backlog).not.toBe(backlog);
    expect(connection.queued).toBeLessThanOrEqual(LIMITS.highWater / 4);
  });

  it('[CARRY-SLOW] one that takes something now and then is no reader that stopped', async () => {
    const { ends, connection } = streaming(LIMITS, true);
    connection.write(bytes(900));
    await ends.deliver();
    const { backlog } = connection;
    ends.carriage.look();
    await ends.deliver();
    expect(connection.backlog).toBe(backlog);
    real(ends).queued = 600;
    ends.carriage.look();
    await ends.deliver();
    expect(connection.backlog).not.toBe(backlog);
    expect(connection.queued).toBe(600);
  });

  it('[CARRY-SLOW] one that is cut as slow is cut there at once, whatever waits', async () => {
    const { ends, connection } = streaming(LIMITS, true);
    connection.write(bytes(3_000));
    await ends.deliver();
    connection.close('slow');
    await ends.deliver();
    expect(real(ends).closedBy).toBe('slow');
    expect([ends.isOverHere, ends.isOverThere]).toEqual([true, true]);
    expect(connection.queued).toBe(0);
  });

  it('[CARRY-SLOW] ended with much that waits: it comes whole, and counts until it was taken', async () => {
    const { ends, connection } = streaming(LIMITS, true);
    let taken = 0;
    connection.write(bytes(3_000));
    connection.close('done');
    (connection as { onTaken?: () => void }).onTaken = () => void taken++;
    await ends.deliver();
    expect(connection.queued).toBeGreaterThan(0);
    for (let turn = 0; turn < 10; turn++) {
      real(ends).drain();
      real(ends).isStuck = true;
      await ends.deliver();
    }
    expect(real(ends).text.length).toBe(3_003);
    expect(real(ends).closedBy).toBe('done');
    expect([taken, connection.queued, ends.isOverHere, ends.isOverThere]).toEqual([1, 0, true, true]);
  });

  it('[CARRY-SLOW] ended, and its reader takes nothing any more: it is cut after two looks', async () => {
    const { ends, connection } = streaming(LIMITS, true);
    connection.write(bytes(3_000));
    connection.close('done');
    await ends.deliver();
    const [lingering] = ends.lingering;
    while (lingering?.look()) await ends.deliver();
    await ends.deliver();
    expect(real(ends).closedBy).toBe('slow');
    expect([ends.isOverHere, ends.isOverThere]).toEqual([true, true]);
  });

  it('[CARRY-CLIENT-GONE] a client that goes away is gone for the owner, once', async () => {
    const { ends, connection } = streaming();
    let gone = 0;
    connection.onClosed = () => void gone++;
    await ends.deliver();
    real(ends).vanish();
    await ends.deliver();
    expect([gone, connection.isClosed, ends.isOverHere, ends.isOverThere]).toEqual([1, true, true, true]);
    expect(connection.write(bytes(10))).toBe(true);
    connection.close('done');
    await ends.deliver();
    expect(gone).toBe(1);
  });
});

describe('a whole answer', () => {
  it('[CARRY-WHOLE] arrives once, however large, with what was noted before', async () => {
    for (const size of [0, 50, 399, 400, 401, 5_000]) {
      const ends = new Ends(LIMITS);
      ends.carried.note({ 'x-noted': '1' });
      ends.carried.reply(201, { 'x-a': 'b' }, [bytes(size), bytes(size, 0x62)]);
      await ends.deliver();
      expect(ends.responder.answers).toBe(1);
      expect(ends.responder).toMatchObject({ status: 201, headers: { 'x-a': 'b', 'x-noted': '1' } });
      expect(ends.responder.body).toBe(text(size) + text(size, 'b'));
      expect([ends.isOverHere, ends.isOverThere, ends.carried.queued]).toEqual([true, true, 0]);
    }
  });

  it('[CARRY-WHOLE] one that its client does not take counts until it did', async () => {
    const ends = new Ends(LIMITS, undefined, true);
    let taken = 0;
    ends.carried.reply(200, {}, bytes(3_000));
    ends.carried.onTaken = () => void taken++;
    expect(ends.carried.queued).toBe(3_000);
    await ends.deliver();
    expect([taken, ends.carried.queued]).toEqual([0, 3_000]);
    ends.responder.take();
    await ends.deliver();
    expect([taken, ends.carried.queued, ends.isOverThere]).toEqual([1, 0, true]);
  });

  it('[CARRY-CLIENT-GONE] a client that goes away before it is told to the owner, once', async () => {
    const ends = new Ends(LIMITS);
    let gone = 0;
    ends.carried.onAborted = () => void gone++;
    ends.responder.abort();
    await ends.deliver();
    ends.carried.gone();
    ends.carried.reply(200, {}, bytes(3));
    expect([gone, ends.carried.isDone, ends.toClient.length]).toEqual([1, true, 0]);
  });
});

describe('an owner that is lost', () => {
  const body = new TextEncoder().encode('{"jsonrpc":"2.0","id":1,"method":"tools/call"}');

  it('[CARRY-LOST] is told of once, and the body is kept no longer than that', async () => {
    const ends = new Ends(LIMITS, body);
    ends.carriage.lost();
    ends.carriage.lost();
    expect([ends.losses, ends.freed]).toEqual([['whole'], body.length]);
  });

  it('[CARRY-LOST] once there is an id to come back with, nothing is kept to answer with', async () => {
    const ends = new Ends(LIMITS, body);
    const connection = ends.carried.stream(200, {});
    connection.write(new TextEncoder().encode(': idle\n\n'));
    await ends.deliver();
    expect(ends.freed).toBe(0);
    connection.write(new TextEncoder().encode('event: message\nid: e-1-1\ndata: {}\n\n'));
    await ends.deliver();
    expect(ends.freed).toBe(body.length);
    ends.carriage.lost();
    expect(ends.losses).toEqual(['stream']);
  });
});
