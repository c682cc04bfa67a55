-- | Events as Prometheus metrics (text exposition format 0.0.4).
module Retail.Obs.Metrics (Metrics, newMetrics, count, exposition) where

import Data.ByteString.Builder (Builder, doubleDec, integerDec)
import Data.IORef
import Data.Map.Strict (Map)
import Data.Map.Strict qualified as Map
import Data.Maybe (fromMaybe)
import Data.Text (Text)
import Data.Text qualified as Text
import Data.Text.Encoding (encodeUtf8Builder)
import Retail.Obs.Event

-- | A metric's name and its labels.
data Series = Series Text [(Text, Text)]
  deriving stock (Eq, Ord)

-- | Strict, or each request would leave a sum to be made later, until somebody asks.
data Histogram = Histogram {under :: [Integer], observations :: !Integer, total :: !Double}

data Tally = Tally {counters :: !(Map Series Integer), durations :: !(Map Series Histogram)}

newtype Metrics = Metrics (IORef Tally)

newMetrics :: IO Metrics
newMetrics = Metrics <$> newIORef (Tally Map.empty Map.empty)

count :: Metrics -> Event -> IO ()
count (Metrics tally) event = atomicModifyIORef' tally (\before -> (tallied event before, ()))

tallied :: Event -> Tally -> Tally
tallied = \case
  Served {..} ->
    observe (Series "retail_request_seconds" [("method", method), ("route", route)]) seconds
      . increment "retail_requests_total" [("method", method), ("route", route), ("status", Text.pack (show status))]
  SaleCompleted {} -> increment "retail_sales_total" []
  SaleRefunded {} -> increment "retail_refunds_total" []
  CardRefused {} -> increment "retail_cards_refused_total" []
  PaymentEventRefused -> increment "retail_payment_events_refused_total" []
  OrderExpired {} -> increment "retail_orders_expired_total" []
  LoginRefused -> increment "retail_logins_refused_total" []
  PinRefused {} -> increment "retail_pins_refused_total" []
  DatabaseTrouble {} -> increment "retail_database_trouble_total" []
  Bug {} -> increment "retail_bugs_total" []
  Started {} -> id
  Purged {} -> id
  Draining -> id
  Stopped -> id
  Migrated {} -> id

increment :: Text -> [(Text, Text)] -> Tally -> Tally
increment name labels tally = tally {counters = Map.insertWith (+) (Series name labels) 1 (counters tally)}

observe :: Series -> Double -> Tally -> Tally
observe series seconds tally = tally {durations = Map.alter (Just . add) series (durations tally)}
  where
    add before =
      let Histogram {..} = fromMaybe (Histogram (0 <$ bounds) 0 0) before
          under' = zipWith (\bound so -> if seconds <= bound then so + 1 else so) bounds under
       in sum under' `seq` Histogram {under = under', observations = observations + 1, total = total + seconds}

-- | Seconds.
bounds :: [Double]
bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

exposition :: Metrics -> IO Builder
exposition (Metrics tally) = do
  Tally {..} <- readIORef tally
  let names = Map.fromListWith (flip (<>)) [(name, line series (integerDec value)) | (series@(Series name _), value) <- Map.toList counters]
      histograms = Map.fromListWith (flip (<>)) [(name, histogramLines series one) | (series@(Series name _), one) <- Map.toList durations]
  pure (families "counter" names <> families "histogram" histograms)
  where
    families kind = Map.foldMapWithKey (\name body -> "# TYPE " <> encodeUtf8Builder name <> " " <> kind <> "\n" <> body)

histogramLines :: Series -> Histogram -> Builder
histogramLines (Series name labels) Histogram {..} =
  mconcat [line (bucket (Text.pack (show bound))) (integerDec value) | (bound, value) <- zip bounds under]
    <> line (bucket "+Inf") (integerDec observations)
    <> line (Series (name <> "_sum") labels) (doubleDec total)
    <> line (Series (name <> "_count") labels) (integerDec observations)
  where
    bucket bound = Series (name <> "_bucket") (labels <> [("le", bound)])

line :: Series -> Builder -> Builder
line (Series name labels) value = encodeUtf8Builder name <> braces <> " " <> value <> "\n"
  where
    braces
      | null labels = mempty
      | otherwise = "{" <> encodeUtf8Builder (Text.intercalate "," (map label labels)) <> "}"
    label (key, text) = key <> "=" <> Text.pack (show (Text.unpack text))
