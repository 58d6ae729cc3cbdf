from pathlib import Path

from freqtrade.strategy import IStrategy


class Swing(IStrategy):
    """Holds each pair until it has gained a little."""

    INTERFACE_VERSION = 3
    timeframe = "1m"
    stoploss = -0.10
    minimal_roi = {"0": 0.005}
    startup_candle_count = 20

    def version(self):
        return "first"

    def bot_loop_start(self, current_time, **_):
        Path("data/heartbeat").touch()

    def populate_indicators(self, dataframe, metadata):
        return dataframe

    def populate_entry_trend(self, dataframe, metadata):
        dataframe["enter_long"] = 1
        return dataframe

    def populate_exit_trend(self, dataframe, metadata):
        return dataframe
