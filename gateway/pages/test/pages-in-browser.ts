import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { CHROMIUM_PROGRAM, QUIET_CHROMIUM } from '#deploy/chromium.ts';
import { MockGateway } from './mock-gateway.ts';

/** A page's browser context, and what it grants. */
export interface PageOptions extends BrowserContextOptions {
  /** What the browser answers when the page asks for camera and microphone; allowed unless told. */
  readonly devices?: 'allowed' | 'denied';
}

/** The built pages, a mock gateway that serves them, and Chromium with a camera and a microphone that are made up. */
export class PagesInBrowser {
  readonly gateway: MockGateway;
  readonly address: string;
  /** What the browser complained of, in every page: content security policy, exceptions. */
  readonly complaints: string[] = [];
  readonly #folder: string;
  readonly #browser: Browser;

  private constructor(folder: string, gateway: MockGateway, address: string, browser: Browser) {
    this.#folder = folder;
    this.gateway = gateway;
    this.address = address;
    this.#browser = browser;
  }

  static async start(): Promise<PagesInBrowser> {
    const folder = await mkdtemp(join(tmpdir(), 'classbridge-pages-'));
    await build({
      configFile: fileURLToPath(new URL('../vite.config.ts', import.meta.url)),
      logLevel: 'error',
      build: { outDir: folder },
    });
    const gateway = new MockGateway(folder);
    const address = await gateway.listen();
    const browser = await chromium.launch({
      executablePath: CHROMIUM_PROGRAM,
      args: [...QUIET_CHROMIUM, '--use-fake-device-for-media-stream'],
    });
    return new PagesInBrowser(folder, gateway, address, browser);
  }

  /** Opens a path such as `/c/7B` in a browser without memory. */
  async open(path: string, options: PageOptions = {}): Promise<Page> {
    const { devices = 'allowed', ...contextOptions } = options;
    const context = await this.#browser.newContext({
      locale: 'en-US',
      ...contextOptions,
      permissions: devices === 'allowed' ? ['camera', 'microphone'] : [],
    });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    page.on('pageerror', (error) => this.complaints.push(error.message));
    await page.exposeFunction('complain', (text: string) => this.complaints.push(text));
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        window.complain(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.columnNumber}`);
      });
    });
    await page.goto(this.address + path);
    return page;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.gateway.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
