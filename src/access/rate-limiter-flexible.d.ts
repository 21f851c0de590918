/** The one limiter that needs nothing of Node: the entry of the package brings all of them, and modules of Node. */
declare module 'rate-limiter-flexible/lib/RateLimiterMemory.js' {
  export { RateLimiterMemory as default } from 'rate-limiter-flexible';
}
