// Ends with 0 if the origin on this machine answers that it is well.
const port = process.env.ORIGIN_PORT || 8788;
try {
  const response = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(4000) });
  process.exitCode = response.ok ? 0 : 1;
} catch {
  process.exitCode = 1;
}
