/** How long tests wait for what should come. Several gateways in one process, and a balancer, are slower than one gateway. */
export const PATIENCE_MS = process.env['CLUSTER'] === undefined ? 10_000 : 30_000;
