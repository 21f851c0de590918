/** Thrown with one sentence where a gateway cannot take its place among others when it starts. */
export class ClusterFault extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ClusterFault';
  }
}
