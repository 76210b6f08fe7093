/** The V8 heap of a worker in workerd, over the inspector's protocol; answers the largest use that was seen, in bytes. */
export async function watchHeap(inspector: URL): Promise<{ peak: () => number; stop: () => void }> {
  const socket = new WebSocket(inspector);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', () => {
      reject(new Error(`no inspector at ${inspector.href}`));
    });
  });
  let peak = 0;
  let samples = 0;
  socket.addEventListener('message', ({ data }) => {
    const { result } = JSON.parse(String(data)) as {
      result?: { usedSize?: number; backingStorageSize?: number };
    };
    if (result?.usedSize === undefined) return;
    samples++;
    peak = Math.max(peak, result.usedSize + (result.backingStorageSize ?? 0));
  });
  let id = 0;
  const timer = setInterval(() => {
    socket.send(JSON.stringify({ id: ++id, method: 'Runtime.getHeapUsage' }));
  }, 50);
  return {
    peak: () => {
      if (samples === 0) throw new Error('the inspector told nothing');
      return peak;
    },
    stop: () => {
      clearInterval(timer);
      socket.close();
    },
  };
}
