import { createServer } from 'node:net';

/**
 * Throws an Error that names the variable if somebody listens on the port of this machine. Asked beforehand, since workerd
 * and the origin would say so in the middle of much else, and another stack's origin would pass for this one's.
 */
export function requireFreePort(port: number, variable: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const reason =
        cause.code === 'EADDRINUSE' ? 'is taken' : `cannot be used (${cause.code ?? cause.message})`;
      reject(new Error(`Port ${port} ${reason}; set ${variable} to another.`, { cause }));
    });
    server.listen(port, '127.0.0.1', () =>
      server.close(() => {
        resolve();
      }),
    );
  });
}
