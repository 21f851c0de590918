import { expect, it } from 'vitest';
import { maskCredentials } from '../../../src/config/secrets.ts';

it.each([
  ['GET /servers/a%20slc_abcdefghijkl/mcp', 'GET /servers/a%20***/mcp'],
  ['key%3Dslc_abcdefghijkl and more', 'key%3D*** and more'],
  ['/x/Bearer%20abcdefghijkl', '/x/Bearer%20***'],
  ['Authorization: Bearer abcdefghijkl', 'Authorization: Bearer ***'],
])('[SEEN-MASKED] %s', (text, masked) => {
  expect(maskCredentials(text)).toBe(masked);
});
