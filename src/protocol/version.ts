/** The version of Sluice itself, here for every runtime: none of them has to read a file for it. */
export const SLUICE_VERSION = '0.1.0';
