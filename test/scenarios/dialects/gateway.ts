/** One gateway with a server for each dialect, named as the dialect is. */
import { DIALECT_NAMES } from '../../../src/dialects/table.ts';
import { fixtureInprocess, startTestGateway, type TestGatewayOptions } from '../../support/gateway.ts';

/** The server at `/servers/{dialect}` speaks that dialect; the root speaks the default. */
export function startDialects(options: Omit<TestGatewayOptions, 'servers'> = {}) {
  return startTestGateway({
    ...options,
    servers: Object.fromEntries(DIALECT_NAMES.map((name) => [name, fixtureInprocess()])),
    dialects: Object.fromEntries(DIALECT_NAMES.map((name) => [name, name])),
  });
}
