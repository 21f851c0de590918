/** Thrown with one sentence where the address of the metrics cannot be had. */
export class MetricsFault extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MetricsFault';
  }
}
