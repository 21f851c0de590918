import { describe, expect, it } from 'vitest';
import { addressOf, entryHeaders, mergedHeaders } from '../../../src/upstreams/network.ts';

const WS = ['ws:', 'wss:'];

describe('the address of a server', () => {
  it('[NETWORK-ADDRESS] is taken apart; what may be secret is not shown', () => {
    const address = addressOf('far', 'https://ann:s%C3%A9cret@Example.COM:8443/a/mcp?key=hidden#part');
    expect(address.origin).toBe('https://example.com:8443');
    expect(address.target).toBe('/a/mcp?key=hidden');
    expect(address.shown).toBe('https://example.com:8443/a/mcp');
    expect(address.url.href).toBe('https://example.com:8443/a/mcp?key=hidden');
    expect(address.authorization).toBe(`Basic ${Buffer.from('ann:sécret').toString('base64')}`);
  });

  it('[NETWORK-ADDRESS] is cut where it is endless, and has no user where none is named', () => {
    const address = addressOf('far', `http://example.com/${'a'.repeat(1_000)}`);
    expect(address.shown.length).toBeLessThan(250);
    expect(address).not.toHaveProperty('authorization');
  });

  it.each([
    ['nonsense', 'is no address'],
    ['', 'is no address'],
    ['//example.com/mcp', 'is no address'],
    ['ftp://ann:secret@example.com/mcp', 'begins with "ftp://"'],
    ['file:///etc/passwd', 'begins with "file://"'],
    ['ws://example.com/mcp', 'begins with "ws://"'],
  ])('[NETWORK-ADDRESS] %s is refused when the driver is made', (url, why) => {
    const make = () => addressOf('far', url);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(why);
    expect(make).not.toThrow(/secret/);
  });

  it('[NETWORK-ADDRESS] may have other schemes where a driver says so', () => {
    expect(addressOf('far', 'wss://example.com/ws', WS).origin).toBe('wss://example.com');
    expect(() => addressOf('far', 'https://example.com/ws', WS)).toThrow('"ws://" or "wss://"');
  });
});

describe('the headers of an entry', () => {
  it('[NETWORK-HEADERS] are known by their lower-case names', () => {
    expect(entryHeaders('far', { Authorization: 'Bearer x ', 'X-A': 'é' })).toEqual({
      authorization: 'Bearer x',
      'x-a': 'é',
    });
  });

  it.each([
    [{ 'X-A': 'secret\r\nX-B: 1' }, 'has a value that no header can have'],
    [{ 'X-A': 'sécret→' }, 'has a value that no header can have'],
    [{ 'X A': 'secret' }, 'has a name that no header can have'],
    [{ '': 'secret' }, 'has a name that no header can have'],
    [{ 'X-A': 'secret', 'x-a': 'secret' }, 'is given twice'],
    [{ 'Mcp-Session-Id': 'secret' }, 'is set by the gateway'],
    [{ 'Content-Length': '1' }, 'is set by the gateway'],
    [{ 'CDN-Loop': 'secret' }, 'is set by the gateway'],
    [{ Connection: 'close' }, 'is set by the gateway'],
    [{ 'Sec-WebSocket-Key': 'secret' }, 'is set by the gateway'],
  ])('[NETWORK-HEADERS] that cannot be sent are refused: %j', (headers, why) => {
    expect(() => entryHeaders('far', headers)).toThrow(why);
    expect(() => entryHeaders('far', headers)).not.toThrow(/secret/);
  });
});

describe('the headers of a caller', () => {
  it('[NETWORK-FORWARDED] never stand in place of the entry, of the driver, or of the host', () => {
    const forwarded = {
      authorization: 'Bearer of the caller',
      host: 'elsewhere',
      'mcp-session-id': 'stolen',
      'Content-Length': '0',
      te: 'trailers',
      'transfer-encoding': 'chunked',
      'x-tenant': 'a',
      'x-bad': 'a\nb',
      cookie: 'of the caller',
      'x-api-key': 'of the caller',
      ':principal': 'ann',
    };
    expect(mergedHeaders({ authorization: 'Bearer of the entry' }, forwarded)).toEqual({
      authorization: 'Bearer of the entry',
      'x-tenant': 'a',
    });
    expect(mergedHeaders({}, forwarded)).toEqual({ 'x-tenant': 'a' });
  });
});
