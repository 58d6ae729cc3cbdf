"""A trading robot small enough to read in a minute.

It does what the deployer expects of a robot: it starts with `python main.py --mode robot`, takes its settings from
`.env`, trades in simulation unless ROBOT_MODE says live, keeps what must outlive a deploy under `data/`, writes what it
does to standard output, and ends at once when it is asked to.
"""

import argparse
import hashlib
import hmac
import os
import random
import signal
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

import requests
from cachetools import TTLCache
from dotenv import load_dotenv
from humanize import intcomma
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from counter import Counter

SYMBOL = "BTCUSDT"
# Whoever watches the robot sees by its age that it works and does not only run.
HEARTBEAT = Path("data/heartbeat")


class Simulation:
    """An exchange that exists only here: a random walk, and orders that always succeed."""

    def __init__(self, seed):
        self._random = random.Random(seed)
        self._price = 50_000.0

    def price(self):
        self._price *= 1 + self._random.gauss(0, 0.0005)
        return self._price

    def order(self, side, quantity):
        return f"simulated {side} of {quantity} {SYMBOL}"


class Exchange:
    """The exchange at BINANCE_URL. The sample's `.env` leaves it empty, so that nobody trades by trying it out."""

    def __init__(self, url, api_key, secret_key):
        self._url = url
        self._api_key = api_key
        self._secret_key = secret_key
        self._prices = TTLCache(maxsize=8, ttl=1)

    @retry(
        retry=retry_if_exception_type(requests.ConnectionError),
        stop=stop_after_attempt(5),
        wait=wait_random_exponential(max=10),
        reraise=True,
    )
    def price(self):
        if SYMBOL not in self._prices:
            answer = requests.get(f"{self._url}/api/v3/ticker/price", params={"symbol": SYMBOL}, timeout=5)
            answer.raise_for_status()
            self._prices[SYMBOL] = float(answer.json()["price"])
        return self._prices[SYMBOL]

    def order(self, side, quantity):
        order = {"symbol": SYMBOL, "side": side.upper(), "type": "MARKET", "quantity": quantity}
        order["timestamp"] = int(time.time() * 1000)
        query = urlencode(order)
        signature = hmac.new(self._secret_key.encode(), query.encode(), hashlib.sha256).hexdigest()
        answer = requests.post(
            f"{self._url}/api/v3/order?{query}&signature={signature}",
            headers={"X-MBX-APIKEY": self._api_key},
            timeout=5,
        )
        answer.raise_for_status()
        return f"{side} of {quantity} {SYMBOL}, order {answer.json()['orderId']}"


def exchange_for(mode):
    """The exchange that this mode trades on; refuses to start live without keys."""
    if mode != "live":
        return Simulation(seed=os.environ.get("SIMULATION_SEED"))
    api_key, secret_key = os.environ.get("BINANCE_API_KEY"), os.environ.get("BINANCE_SECRET_KEY")
    if not api_key or not secret_key:
        sys.exit("ROBOT_MODE is live, but BINANCE_API_KEY or BINANCE_SECRET_KEY is missing")
    url = os.environ.get("BINANCE_URL", "").rstrip("/")
    if not url:
        print("keys are present, but BINANCE_URL is empty: nothing is sent anywhere", flush=True)
        return Simulation(seed=os.environ.get("SIMULATION_SEED"))
    return Exchange(url, api_key, secret_key)


def trade(mode, stopping):
    """One tick a TICK_SECONDS until somebody asks us to stop. The price falls: buy. It rises: sell."""
    counter = Counter("data/counter")
    exchange = exchange_for(mode)
    seconds = float(os.environ.get("TICK_SECONDS", "1"))
    print(f"robot starts, mode {mode}, tick {intcomma(counter.value())} was the last one", flush=True)
    before = exchange.price()
    while not stopping.wait(seconds):
        price = exchange.price()
        done = exchange.order("buy" if price < before else "sell", 0.001)
        print(f"tick {counter.increment()}: {price:.2f}, {done}", flush=True)
        HEARTBEAT.touch()
        before = price
    print("robot stops", flush=True)


def main():
    arguments = argparse.ArgumentParser(description="The sample trading robot.")
    arguments.add_argument("--mode", choices=["robot", "web"], default="robot", help="trade, or serve the web page")
    chosen = arguments.parse_args()
    load_dotenv()
    if chosen.mode == "web":
        import app

        return app.serve()
    stopping = threading.Event()
    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, lambda *_: stopping.set())
    return trade(os.environ.get("ROBOT_MODE", "simulation"), stopping)


if __name__ == "__main__":
    sys.exit(main())
