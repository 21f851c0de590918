/** Sluice for pages: a small client of the gateway, with nothing but the web's own interfaces. */
export { connect, type Link, type ServerInfo } from './browser/connect.ts';
export type { ConnectOptions, DialectName, HeaderSource, Limits, LinkState } from './browser/options.ts';
export { ClientError, RpcError, type ClientErrorCode } from './browser/errors.ts';
export type { Progress, RequestOptions } from './browser/calls.ts';
export type { WireEvent } from './browser/event-reader.ts';
export type { BackOffLimits } from './browser/back-off.ts';
