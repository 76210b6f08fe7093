/**
 * `fetch`, once more where the server closed an idle connection just as it was chosen for the request: nothing of that was
 * received, and HTTP has clients try again (RFC 9110, §9.2.2), which Node's leaves to its callers.
 */
export async function fetchAgain(url: URL, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (!isClosedSocket(error)) throw error;
    return fetch(url, init);
  }
}

function isClosedSocket(error: unknown): boolean {
  const { cause } = error as { cause?: { code?: string } };
  return cause?.code === 'UND_ERR_SOCKET' || cause?.code === 'ECONNRESET';
}
