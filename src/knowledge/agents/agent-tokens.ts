import type { AgentLabel } from "../types.ts";

/**
 * A word in a user agent that tells who sends it. `as: "part"` may stand anywhere; `"word"` not within a longer word; `"whole"` is all
 * there is. Letter case does not matter.
 */
export interface AgentToken {
  readonly token: string;
  readonly as: "part" | "word" | "whole";
  /** Name of the tool when it is not the token itself. */
  readonly tool?: string;
}

/** Tokens of one kind and the weight that they give: ln P(agent | scanner) - ln P(agent | visitor). */
export interface AgentGroup {
  readonly kind: AgentLabel["kind"];
  readonly weight: number;
  readonly tokens: readonly AgentToken[];
}

function parts(list: string): AgentToken[] {
  return list.split(", ").map((token) => ({ token, as: "part" }));
}

function words(list: string): AgentToken[] {
  return list.split(", ").map((token) => ({ token, as: "word" }));
}

function wholes(list: string): AgentToken[] {
  return list.split(", ").map((token) => ({ token, as: "whole" }));
}

/** Vulnerability scanners that name themselves. None of 68,000 requests of ordinary
 * sites and clients did, about one scanner in ten does: 7 (e^7, about 1,100 to 1) leaves room for a forged or quoted name. */
const vulnerabilityScanners: AgentGroup = {
  kind: "scanner",
  weight: 7,
  tokens: [
    ...parts(
      "acunetix, afrog, appscan, appspider, arachni, beagle security, bewica-security-scan, cert-polska, " +
        "cloudmapper, detectify, greenbone, grendel-scan, hexometer, immuniweb, insightvm, interactsh, " +
        "intruder.io, invicti, jaeles, mobsf, mozilla/5.0 sf/, n-stalker, nessus, netsparker, nettacker, " +
        "network-services-auditor, nexpose, nikto, nuclei, nuclei - open-source project, openvas, " +
        "osmedeus, ostorlab, patrowl, pentest-tools, pocsuite, probely, projectdiscovery, qualys, rapid7, " +
        "security-scanner, securityscan, sitelockspider, skipfish, sn1per, tsunamisecurityscanner, vulmap, " +
        "vulners, wapiti, webhack, webinspect, whitehat, wpsec, xspider, yakit, yeswehack-hunter, zaproxy",
    ),
    ...words("burp, goby, paros, ptx, tenable, vega/, w3af, whcc, xray, zap/"),
  ],
};

/** Scanners of one content management system. */
const cmsScanners: AgentGroup = {
  kind: "scanner",
  weight: 7,
  tokens: [
    ...parts(
      "bot/0.1 (bot for jce), cmseek, cmsmap, droopescan, drupwn, joomscan, magescan, wpprobe, wprecon, " + "wpscan",
    ),
  ],
};

/** Word-list tools. */
const contentDiscovery: AgentGroup = {
  kind: "scanner",
  weight: 7,
  tokens: [
    ...parts(
      "dav.pm, davtest, dirbuster, dirsearch, dotdotpwn, feroxbuster, gobuster, " +
        "gospider, hakrawler, inspath, kiterunner, shortscan, webshag, wfuzz",
    ),
    { token: "fuzz faster u fool", as: "part", tool: "ffuf" },
    ...words("dirb, ffuf, katana"),
  ],
};

/** Tools that test parameters. */
const injectionTools: AgentGroup = {
  kind: "scanner",
  weight: 7,
  tokens: [
    ...parts(
      "absinthe, autogetcolumn, bsqlbf, commix, dalfox, fimap, ghauri, graphql-cop, graphw00f, havij, " +
        "jbrofuzz, kadimus, lfimap, lfisuite, mysqloit, nosqlmap, pangolin, prog.customcrawler, " +
        "springenwerk, sqlmap, sqlninja, sqlpowerinjector, sstimap, struts-pwn, tinja, tplmap, uil2pn, " +
        "wsfuzzer, xsser, xsstrike",
    ),
    ...words("jsql"),
  ],
};

/** Tools that tell what a site runs; now and then an owner uses one on their own site. */
const fingerprintTools: AgentGroup = {
  kind: "scanner",
  weight: 6.5,
  tokens: [
    ...parts(
      "amass, aquatone, blackwidow, dominohunter, eyewitness, gowitness, httprint, httprobe, libwhisker, " +
        "nmap scripting engine, recon-ng, sslscan, sslyze, subfinder, testssl, theharvester, wappalyzer, " +
        "webtech, whatweb",
    ),
    ...words("hmap, httpx, nmap"),
    // SSH idents of its scripts, which join words with an underscore.
    { token: "nmapnse", as: "part", tool: "nmap" },
    { token: "nmap_ssh", as: "part", tool: "nmap" },
  ],
};

/**
 * Collectors of SSH host keys. Administrators and build jobs send them to a host or two that they are about to log in to: ten times
 * as likely from a scanner. How many hosts it greets tells more (judgement/clients.ts).
 */
const keyCollectors: AgentGroup = { kind: "scanner", weight: 2.3, tokens: words("openssh-keyscan") };

/** Scanners of the whole Internet, and old ones that still run. */
const massScanners: AgentGroup = {
  kind: "scanner",
  weight: 7,
  tokens: [
    ...parts(
      "chroot-apach0day, cisco-torch, crimscanner, fasthttp, fhscan, gootkit auto-rooter, jorgee, " +
        "l9explore, l9scan, l9tcpid, masscan, morfeus, muieblackcat, netscan, rustscan, toata, " +
        "unicornscan, zgrab",
    ),
    // `FeedFinder` is none.
    ...words("dfind, zmap, zmeu"),
  ],
};

/** Scanners that declare themselves. They do scan, so the weight is a scanner's; the kind says that they told. */
const researchScanners: AgentGroup = {
  kind: "research",
  weight: 6.5,
  tokens: [
    ...parts(
      "about.censys.io, abuse.xmco.fr, academyforinternetresearch, alphastrike, binaryedge, " +
        "bitdiscovery, bitsight, bitsightbot, bufferover, censys, censysinspect, comsys.rwth-aachen, " +
        "cortex-xpanse, criminal ip, criminalip, csirt.cz, cyberokinspect, cyberresilience.io, " +
        "cypex.ai/scanning, driftnet, eecs.umich, expanse, genomecrawlerd, hadrian, hardenize, " +
        "http banner detection, ibm x-force, infrawatch, internet measurement, internet-census, " +
        "internet-measurement.com, internetmeasurement, internetscanningproject, intrinsec, ipinfo, " +
        "ipip.net, kudelski, leakix, ltx71, netcraftsurveyagent, netlas, netsystemsresearch, " +
        "nokia deepfield, nyu internet census, onlyscans, onyphe, paloaltonetworks, pdrlabs, quadmetrics, " +
        "rapid7 sonar, recyber, research-scanner, researchscan, riskiq, sba-research, scanning-project, " +
        "securityscorecard, securitytrails, shadowserver, shodan, ssl labs, stretchoid, " +
        "visionheight.com/scan, watchtowr, xpanse, zoomeye",
    ),
    ...words("fofa, modat, odin"),
  ],
};

/** Names that botnets send, most of them as the whole user agent. */
const botnets: AgentGroup = {
  kind: "scanner",
  weight: 6.5,
  tokens: [
    ...words("mozi"),
    ...parts("krebsonsecurity, libredtail-http, r00ts3c"),
    { token: "hello, world", as: "whole" },
    ...wholes(
      "ankit, apep, b4ckdoor, custom-asynchttpclient, dark_nexus, demons, dvrbot, gemini, hakai, " +
        "hello world, iamdelta, kayla, kratos, linux gnu (cow), liquor, messiah, mozlila, nija, osiris, " +
        "polaris botnet, wp2shell, xtc botnet",
    ),
  ],
};

/** Scanners of SIP. */
const voipScanners: AgentGroup = {
  kind: "scanner",
  weight: 7,
  tokens: [...parts("friendly-scanner, pplsip, sip-scan, sipcli, sipsak, sipvicious, sundayddr, vaxsipuseragent")],
};

/** Log-in guessing tools: not vulnerability scanners, but no visitors either. */
const credentialTools: AgentGroup = {
  kind: "scanner",
  weight: 4,
  tokens: [
    ...parts("brutus/aet, crowbar, hydra, medusa, ncrack, noseyparker, patator, teh forest lobster, trufflehog"),
  ],
};

/** Libraries and command-line clients. Scripts of all intentions use them; scanners somewhat more often than visitors do. */
const libraries: AgentGroup = {
  kind: "library",
  weight: 0.7,
  tokens: [
    ...parts("apachebench, java.net.http, wrk/, siege/, jmeter, k6/, libfetch, libwww-fm, http_request2, nutch"),
    ...words("perl"),
    ...parts(
      "aiohttp, apache-httpclient, aria2, axel, axios, cpp-httplib, curl/, electron/, faraday, " +
        "fetch api, go-http-client, go-resty, got (, guzzlehttp, headlesschrome, http.rb, httpie, " +
        "insomnia, jakarta commons-httpclient, lftp, libcurl, libwww-perl, lua-resty, lwp::, mechanize, " +
        "node-fetch, okhttp, phantomjs, playwright, postmanruntime, powershell, puppeteer, pycurl, " +
        "python-httpx, python-requests, python-urllib, restsharp, scrapy, selenium, symfony httpclient, " +
        "typhoeus, undici, urlgrabber, wget/, winhttp, zend_http_client",
    ),
    ...words("colly, dart, hyper, java/, reqwest, ruby, rust"),
  ],
};

/** Names of tools that are also ordinary words: told apart from nothing by a name alone, so they weigh little. */
const ambiguous: AgentGroup = {
  kind: "scanner",
  weight: 2,
  tokens: [...words("cook, raccoon, panoptic, grabber, smap, artemis, hackerone, bugcrowd")],
};

/** Search engines, archives, previews and feed readers. Often forged, and often honest: about nothing either way. */
const crawlers: AgentGroup = {
  kind: "crawler",
  weight: 0,
  tokens: [
    ...parts(
      "googlebot, google-inspectiontool, googleother, google-extended, feedfetcher-google, mediapartners-google, adsbot-google, apis-google, " +
        "bingbot, bingpreview, msnbot, adidxbot, yandexbot, yandex.com/bots, baiduspider, duckduckbot, duckassistbot, applebot, slurp, " +
        "facebookexternalhit, facebookcatalog, meta-externalagent, twitterbot, linkedinbot, pinterestbot, slackbot, slack-imgproxy, " +
        "telegrambot, whatsapp, discordbot, skypeuripreview, redditbot, mastodon, pleroma, misskey, embedly, iframely, " +
        "ahrefsbot, ahrefssiteaudit, semrushbot, mj12bot, dotbot, rogerbot, petalbot, bytespider, gptbot, chatgpt-user, oai-searchbot, ccbot, claudebot, " +
        "claude-user, anthropic-ai, perplexitybot, amazonbot, cohere-ai, youbot, diffbot, dataforseobot, serpstatbot, blexbot, seokicks, barkrowler, " +
        "archive.org_bot, ia_archiver, heritrix, seznambot, sogou, exabot, qwantify, mojeekbot, yeti/, daum, coccocbot, naverbot, neevabot, " +
        "feedly, feedbin, newsblur, inoreader, tiny tiny rss, freshrss, miniflux, netnewswire, liferea, akregator, feedparser, rss2email, theoldreader, " +
        "bloglovin, universalfeedparser, magpierss, simplepie, flipboardproxy, w3c_validator, validator.nu, w3c-checklink, chrome-lighthouse, gtmetrix, " +
        "screaming frog, turnitinbot, commoncrawl, wordpress/, jetpack",
    ),
  ],
};

/** Uptime and health checks. They ask the same thing for months, which a scanner does not. */
const monitors: AgentGroup = {
  kind: "monitor",
  weight: -0.3,
  tokens: [
    ...parts(
      "uptimerobot, pingdom, statuscake, site24x7, check_http, monitoring-plugins, zabbix, prometheus, blackbox-exporter, kube-probe, " +
        "elb-healthchecker, googlehc, googlestackdrivermonitoring, datadog, newrelic, better uptime, betterstack, better stack, hetrixtools, checkly, " +
        "freshping, updown.io, nodeping, uptime-kuma, uptimekuma, icinga, monit/, haproxy, varnish, route 53 health check, route53, azure traffic manager, " +
        "cloudflare-healthchecks, cloudflare-traffic-manager, jetmon, montastic, monitis, dotcom-monitor, alertsite, catchpoint, panopta, uptimia, " +
        "sensu, nagios, consul health check, health check, healthcheck, gatus, letsencrypt, apache/2, internal dummy connection",
    ),
  ],
};

/** Tokens by group. Where several fit, the group that stands first decides. */
export const agentGroups: readonly AgentGroup[] = [
  researchScanners,
  vulnerabilityScanners,
  cmsScanners,
  contentDiscovery,
  injectionTools,
  fingerprintTools,
  keyCollectors,
  massScanners,
  botnets,
  voipScanners,
  credentialTools,
  monitors,
  crawlers,
  ambiguous,
  libraries,
];
