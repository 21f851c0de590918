/** GETs that do not ask for a stream, in the dialects whose documents open one so. */
import { describe, expect, it } from 'vitest';
import { DIALECT_NAMES } from '../../../src/dialects/table.ts';
import { front } from './support.ts';

const FOR_ANYONE = ['clg', 'rare4n', 'aareguru-json'];

describe('[EXAMPLE-UNASKED] a GET that accepts anything', () => {
  it.each(DIALECT_NAMES)(
    '%s: opens a stream where its document does so, else is a health answer',
    async (dialect) => {
      const at = front({ dialect });
      for (const path of ['/sse', '/api/mcp']) {
        const reply = await at.ask('GET', path, { headers: { accept: '*/*' } });
        if (FOR_ANYONE.includes(dialect)) expect(reply.connection?.frames.length).toBeGreaterThan(0);
        else expect([reply.status, reply.json]).toMatchObject([200, { status: 'healthy' }]);
      }
    },
  );

  it.each(['text/html,application/xhtml+xml,*/*;q=0.8', 'application/json'])(
    'one that accepts %s is a health answer everywhere',
    async (accept) => {
      const at = front({ dialect: 'rare4n' });
      expect((await at.ask('GET', '/api/mcp', { headers: { accept } })).json).toMatchObject({
        status: 'healthy',
      });
      expect(at.gateway.sessions).toBe(0);
    },
  );
});
