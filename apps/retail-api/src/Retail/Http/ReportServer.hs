-- | Reports over many sessions.
module Retail.Http.ReportServer (reportServer) where

import Control.Monad (when)
import Data.Maybe (fromMaybe)
import Data.Text (Text)
import Data.Text qualified as Text
import Data.Time (Day, addDays, defaultTimeLocale, diffDays, parseTimeM)
import Retail.App.Env
import Retail.App.Problem
import Retail.Contract.SalesReport
import Retail.Db.SalesReport
import Retail.Db.Transaction (inTransaction)
import Retail.Domain.Role (Permission (..))
import Retail.Http.Api
import Servant.Server.Generic (AsServerT)

reportServer :: Env -> Actor -> ReportApi (AsServerT IO)
reportServer Env {database, clock} actor@Actor {organisation} =
  ReportApi
    { salesReport = \from to -> do
        require actor ReadReports
        now <- clock
        begins <- traverse dayOf from
        ends <- traverse dayOf to
        inTransaction database organisation $ \connection -> do
          (present, timeZone) <- today connection now
          let end = fromMaybe present ends
              begin = fromMaybe (addDays (-6) end) begins
              wanted = Span {first = begin, last = end, places = placesOf actor ReadReports}
          when (begin > end) (refuse InvalidValue "The first day is after the last.")
          when (diffDays end begin >= mostDays) (refuse InvalidValue ("A report has at most " <> shown mostDays <> " days."))
          days <- salesDays connection wanted
          categories <- categoryDays connection wanted
          webOrders <- orderDays connection wanted
          pure SalesReport {from = shown begin, to = shown end, ..}
    }
  where
    shown :: Show a => a -> Text
    shown = Text.pack . show

-- | A quarter of a year.
mostDays :: Integer
mostDays = 92

-- | @2026-11-22@, in the years that PostgreSQL knows too.
dayOf :: Text -> IO Day
dayOf text = parsed `orRefuse` (MalformedRequest, "A day is written as 2026-11-22.")
  where
    parsed = if Text.length text == 10 then parseTimeM False defaultTimeLocale "%Y-%m-%d" (Text.unpack text) else Nothing
