/** Calls that are run once, for whatever has `fetch`: an entry of its own, as pages that hold a link open have no need of it. */
export { callOnce, type CallOnceOptions } from './browser/call-once.ts';
export { ClientError, RpcError, type ClientErrorCode } from './browser/errors.ts';
