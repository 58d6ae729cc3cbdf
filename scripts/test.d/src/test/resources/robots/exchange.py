"""A spot exchange on loopback with the part of Binance's public interface that a dry run of freqtrade requests.

exchange.py <port>. It knows two pairs, whose prices swing around a mean, and takes no order.
Source of the shapes: https://developers.binance.com/docs/binance-spot-api-docs/rest-api
"""

import json
import math
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

MEANS = {"BTCUSDT": 60000.0, "ETHUSDT": 3000.0}
SECONDS = {"1m": 60, "5m": 300, "1h": 3600, "1d": 86400}


def number(value):
    return "%.8f" % value


def price(symbol, at):
    return MEANS[symbol] * (1 + 0.01 * math.sin(at / 60))


def markets():
    filters = [
        {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000.00", "tickSize": "0.01"},
        {"filterType": "LOT_SIZE", "minQty": "0.00001", "maxQty": "9000.00", "stepSize": "0.00001"},
        {"filterType": "NOTIONAL", "minNotional": "5.00"},
    ]
    return [{
        "symbol": symbol, "status": "TRADING", "baseAsset": symbol[:-4], "quoteAsset": "USDT",
        "baseAssetPrecision": 8, "quotePrecision": 8, "isSpotTradingAllowed": True, "isMarginTradingAllowed": False,
        "permissions": ["SPOT"], "orderTypes": ["LIMIT", "MARKET"], "filters": filters,
    } for symbol in MEANS]


def candles(query):
    """Candles in ascending order, aligned to the interval, the open one last."""
    step, limit, now = SECONDS[query["interval"]], int(query.get("limit", 500)), time.time()
    last = int(now) // step * step
    first = -(-int(query["startTime"]) // (step * 1000)) * step if "startTime" in query else last - (limit - 1) * step
    rows = []
    for start in range(first, min(last, first + (limit - 1) * step) + 1, step):
        begins, ends = price(query["symbol"], start), price(query["symbol"], min(start + step, now))
        high, low = max(begins, ends) * 1.0005, min(begins, ends) * 0.9995
        prices = [number(value) for value in (begins, high, low, ends)]
        rows.append([start * 1000, *prices, "10.0", (start + step) * 1000 - 1, number(10 * ends), 100, "5.0", number(5 * ends), "0"])
    return rows


def book(query):
    now = price(query["symbol"], time.time())
    sides = {side: [[number(now * (1 + sign * level / 10000)), "3.0"] for level in range(1, 51)] for side, sign in (("bids", -1), ("asks", 1))}
    return {"lastUpdateId": 1, **sides}


def ticker(symbol):
    now, at = price(symbol, time.time()), int(time.time() * 1000)
    return {
        "symbol": symbol, "priceChangePercent": "0.1", "lastPrice": number(now), "price": number(now), "openPrice": number(now),
        "highPrice": number(now * 1.01), "lowPrice": number(now * 0.99), "bidPrice": number(now * 0.9999), "bidQty": "5.0",
        "askPrice": number(now * 1.0001), "askQty": "5.0", "volume": "1000.0", "quoteVolume": number(1000 * now),
        "openTime": at - 86400000, "closeTime": at, "count": 2,
    }


def tickers(query):
    return ticker(query["symbol"]) if "symbol" in query else [ticker(symbol) for symbol in MEANS]


ANSWERS = {
    "ping": lambda query: {},
    "time": lambda query: {"serverTime": int(time.time() * 1000)},
    "exchangeInfo": lambda query: {"serverTime": int(time.time() * 1000), "symbols": markets()},
    "klines": candles,
    "depth": book,
    "ticker/24hr": tickers,
    "ticker/price": tickers,
    "ticker/bookTicker": tickers,
}


class Exchange(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        url = urlsplit(self.path)
        answer = ANSWERS.get(url.path.removeprefix("/api/v3/"))
        if answer:
            self.respond(200, answer(dict(parse_qsl(url.query))))
        else:
            self.respond(404, {"code": -1, "msg": "there is no " + url.path})

    def do_POST(self):
        self.respond(403, {"code": -2015, "msg": "this exchange takes no order"})

    def respond(self, status, content):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Exchange).serve_forever()
