/** Addresses for clients, as the page shows them. */
import { expect, it } from 'vitest';
import { reached } from '../../../src/console/app/servers/reached.ts';
import { openable } from '../../../src/edges/node/openable.ts';

const page = (url: string) => new URL(url);

it('[CONSOLE-ADDRESSES] shows addresses that can be used where the page is looked at', () => {
  const own = 'http://127.0.0.1:8808/servers/a/mcp';
  expect(reached(own, page('http://localhost:8808/console/'))).toBe(own);
  expect(reached(own, page('http://10.0.0.5:8808/console/'))).toBe('http://10.0.0.5:8808/servers/a/mcp');
  expect(reached(own, page('https://mcp.example/console/'))).toBe('https://mcp.example/servers/a/mcp');
  expect(reached('ws://127.0.0.1:8808/ws', page('https://mcp.example/console/'))).toBe(
    'wss://mcp.example/ws',
  );
  const named = 'https://mcp.example/tools/servers/a/mcp';
  expect(reached(named, page('http://10.0.0.5:8808/console/'))).toBe(named);
});

it('[CONSOLE-ADDRESSES] a gateway that listens on all of its machine names an address that can be opened', () => {
  expect(openable('http://0.0.0.0:8808')).toBe('http://127.0.0.1:8808');
  expect(openable('https://[::]:8808')).toBe('https://127.0.0.1:8808');
  expect(openable('http://10.0.0.5:8808')).toBe('http://10.0.0.5:8808');
});
