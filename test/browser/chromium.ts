import { chromium, type Browser } from 'playwright-core';

/** Quiet and without a sandbox, which a container's root user cannot have. */
const ARGUMENTS = ['--no-sandbox', '--disable-background-networking', '--no-first-run'];
const SOFTWARE_WEBGPU = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
];

/** Chromium then takes its screen for an HDR one. */
export const HDR_SCREEN = ['--force-color-profile=hdr10'];
/** Among others, 2D canvases that exceed SDR white. */
export const NEW_CANVAS = ['--enable-experimental-web-platform-features'];

export interface ChromiumOptions {
  /** WebGPU, computed by the CPU. */
  readonly webgpu?: boolean;
  readonly flags?: readonly string[];
}

/** Starts the Chromium that `CHROMIUM` names, or Debian's; fails if there is none. */
export function launchChromium({ webgpu = false, flags = [] }: ChromiumOptions = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [...ARGUMENTS, ...(webgpu ? SOFTWARE_WEBGPU : ['--disable-gpu']), ...flags],
  });
}
