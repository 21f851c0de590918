/** What every connection promises, whatever carries its bytes. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../src/engine/ports.ts';
import type { Outgoing } from '../../src/engine/unread.ts';

/** The far end of a connection. It reads from the start unless it stalls. */
export interface Reader {
  /** What came so far. */
  readonly text: string;
  /** Resolves once so many characters came. */
  received(length: number): Promise<void>;
  /** Takes nothing any more until `unstall`. */
  stall(): void;
  unstall(): void;
  /** Goes away without a word. */
  leave(): void;
  /** How the body ended: in good order, or cut off. */
  readonly ended: Promise<'ended' | 'cut'>;
}

export interface OpenConnection {
  readonly connection: Connection;
  readonly reader: Reader;
}

export interface ConnectionKit {
  open(first?: Uint8Array): Promise<OpenConnection>;
  /** Ends what `open` started. */
  close(): Promise<void>;
}

const encoder = new TextEncoder();
const BLOCK = encoder.encode('x'.repeat(64 * 1024));
/** No carrier takes so much from a writer while its reader stalls. */
const MOST = 256;

export function connectionContract(kit: ConnectionKit): void {
  afterEach(() => kit.close());

  /** Writes to a reader that stalls until it is full; how many blocks it took. */
  async function fill(connection: Connection): Promise<number> {
    for (let blocks = 1; blocks <= MOST; blocks++) {
      if (!connection.write(BLOCK)) return blocks;
      await turn();
    }
    throw new Error('It is never full.');
  }

  describe('a connection', () => {
    it('brings everything in the order in which it was written', async () => {
      const { connection, reader } = await kit.open(encoder.encode('first '));
      let expected = 'first ';
      for (let n = 0; n < 500; n++) {
        const isSplit = n % 3 === 0;
        connection.write(isSplit ? [encoder.encode('<'), encoder.encode(`${n}>`)] : encoder.encode(`<${n}>`));
        expected += `<${n}>`;
        if (n % 50 === 0) await turn();
      }
      connection.write([]);
      connection.write(new Uint8Array(0));
      await reader.received(expected.length);
      expect(reader.text).toBe(expected);
      expect(connection.isClosed).toBe(false);
    });

    it('brings large and small pieces as they are', async () => {
      const { connection, reader } = await kit.open();
      const pieces = ['a', 'b'.repeat(20_000), 'c', 'd'.repeat(300_000), 'e'];
      connection.write(pieces.map((piece) => encoder.encode(piece)));
      connection.write(encoder.encode('f'));
      await reader.received(320_004);
      expect(reader.text).toBe(`${pieces.join('')}f`);
    });

    it('is full when its reader stalls, and tells once when that has caught up', async () => {
      const { connection, reader } = await kit.open();
      let drains = 0;
      const drained = new Promise<void>((resolve) => {
        connection.onDrain = () => {
          drains++;
          resolve();
        };
      });
      reader.stall();
      const blocks = await fill(connection);
      expect(connection.queued).toBeGreaterThan(0);
      expect(connection.write(BLOCK)).toBe(false);
      await turn();
      expect(drains).toBe(0);
      reader.unstall();
      await drained;
      await reader.received((blocks + 1) * BLOCK.length);
      await turn();
      expect(drains).toBe(1);
      expect(connection.queued).toBe(0);
      expect(connection.write(encoder.encode('more'))).toBe(true);
    });

    it('that is full for one turn only tells of it as well', async () => {
      const { connection, reader } = await kit.open();
      const drained = new Promise<void>((resolve) => (connection.onDrain = resolve));
      let blocks = 1;
      while (connection.write(BLOCK)) blocks++;
      await drained;
      await reader.received(blocks * BLOCK.length);
      expect(connection.queued).toBe(0);
    });

    it('can be full again after it has caught up', async () => {
      const { connection, reader } = await kit.open();
      for (let round = 0; round < 2; round++) {
        const drained = new Promise<void>((resolve) => (connection.onDrain = resolve));
        reader.stall();
        await fill(connection);
        reader.unstall();
        await drained;
      }
      expect(connection.isClosed).toBe(false);
    });

    it.each(['done', 'replaced', 'session-closed', 'draining', 'rotated'] as const)(
      'that is closed (%s) brings what was written, and ends in good order',
      async (reason) => {
        const { connection, reader } = await kit.open();
        let told = 0;
        connection.onClosed = () => told++;
        connection.write(encoder.encode('one '));
        await turn();
        connection.write(encoder.encode('two '));
        connection.close(reason);
        connection.close('slow');
        expect(connection.isClosed).toBe(true);
        expect(connection.write(encoder.encode('three'))).toBe(true);
        expect(await reader.ended).toBe('ended');
        expect(reader.text).toBe('one two ');
        await turn();
        expect(told).toBe(0);
      },
    );

    it('[BRKM-UNREAD] that is closed while its reader is slow tells when that took the rest, or counts it as taken', async () => {
      const { connection, reader } = await kit.open();
      reader.stall();
      await fill(connection);
      connection.close('done');
      const left: Outgoing = connection;
      if (!('onTaken' in left)) return expect(left.queued).toBe(0);
      expect(connection.queued).toBeGreaterThan(0);
      let isTaken = false;
      const taken = new Promise<void>((resolve) => {
        left.onTaken = () => {
          isTaken = true;
          resolve();
        };
      });
      await turn();
      expect(isTaken).toBe(false);
      reader.unstall();
      await taken;
      expect(connection.queued).toBe(0);
    });

    it('that is closed while its reader is slow still brings everything', async () => {
      const { connection, reader } = await kit.open();
      reader.stall();
      const blocks = await fill(connection);
      connection.close('done');
      reader.unstall();
      expect(await reader.ended).toBe('ended');
      expect(reader.text.length).toBe(blocks * BLOCK.length);
    });

    it('whose reader is too slow is cut off at once', async () => {
      const { connection, reader } = await kit.open();
      let told = 0;
      connection.onClosed = () => told++;
      reader.stall();
      const blocks = await fill(connection);
      connection.close('slow');
      expect(connection.isClosed).toBe(true);
      reader.unstall();
      expect(await reader.ended).toBe('cut');
      expect(reader.text.length).toBeLessThan(blocks * BLOCK.length);
      expect(told).toBe(0);
    });

    it('whose reader goes away is told of once, and drops what is written', async () => {
      const { connection, reader } = await kit.open();
      let told = 0;
      const closed = new Promise<void>((resolve) => {
        connection.onClosed = () => {
          told++;
          resolve();
        };
      });
      connection.write(encoder.encode('x'));
      await reader.received(1);
      reader.leave();
      await closed;
      expect(connection.isClosed).toBe(true);
      expect(connection.write(BLOCK)).toBe(true);
      await turn();
      expect(connection.queued).toBe(0);
      connection.close('done');
      await turn();
      expect(told).toBe(1);
    });

    it('whose reader goes away while it is full does not tell of a drain', async () => {
      const { connection, reader } = await kit.open();
      let drains = 0;
      connection.onDrain = () => drains++;
      const closed = new Promise<void>((resolve) => (connection.onClosed = resolve));
      reader.stall();
      await fill(connection);
      reader.leave();
      await closed;
      await turn();
      expect(drains).toBe(0);
      expect(connection.queued).toBe(0);
    });

    it('needs nobody who listens', async () => {
      const { connection, reader } = await kit.open();
      reader.stall();
      await fill(connection);
      reader.unstall();
      await reader.received(BLOCK.length);
      reader.leave();
      await turn();
      connection.write(BLOCK);
      connection.close('done');
    });
  });
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
