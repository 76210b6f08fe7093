/** What the type library knows only together with all that pages do not have (Service Workers, 4.1 and 4.6). */

export interface WaitingEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

export interface ImageFetchEvent extends WaitingEvent {
  readonly request: Request;
  /** Of the page that asks; empty where there is none. */
  readonly clientId: string;
  respondWith(response: Promise<Response>): void;
}

export interface PageMessageEvent extends Omit<MessageEvent<unknown>, 'source'> {
  readonly source: PageClient | null;
}

export interface PageClient {
  readonly id: string;
  postMessage(message: unknown, transfer: Transferable[]): void;
}

export interface WorkerScope {
  readonly location: Location;
  readonly clients: { claim(): Promise<void>; get(id: string): Promise<PageClient | undefined> };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: WaitingEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: ImageFetchEvent) => void): void;
  addEventListener(type: 'message', listener: (event: PageMessageEvent) => void): void;
}
