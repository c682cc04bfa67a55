-- | Counts of what is on the shelves.
module Retail.Http.StockTakeServer (stockTakeServer) where

import Data.Text (Text)
import Retail.App.Env
import Retail.App.StockTakes qualified as StockTakes
import Retail.App.Work
import Retail.Contract.Page (Limit, Page)
import Retail.Contract.StockTake
import Retail.Db.StockTake qualified as Rows
import Retail.Db.Transaction (inTransaction)
import Retail.Domain.Id
import Retail.Domain.Role (Permission (..))
import Retail.Http.Api
import Retail.Http.Common
import Servant.Server.Generic (AsServerT)

stockTakeServer :: Env -> Actor -> StockTakeApi (AsServerT IO)
stockTakeServer env@Env {database} actor@Actor {organisation} =
  StockTakeApi
    { listStockTakes = \location after limit -> do
        requireAt actor CountStock location
        mark <- traverse idCursor after
        pageOf limit (\StockTake {stockTakeId} -> idText stockTakeId)
          <$> foundIn env actor "location" "location" location (Rows.listStockTakes database organisation location mark (size limit)),
      startStockTake = \key request -> mutate env actor key "stock-takes" request (`StockTakes.startStockTake` request),
      readStockTake = \wanted -> inTransaction database organisation (\connection -> StockTakes.readStockTake connection actor wanted),
      listStockTakeLines = linesOf Rows.AllLines,
      listDifferences = linesOf Rows.Differing,
      enterCounts = \wanted key request -> mutate env actor key ("counts " <> idText wanted) request (\work -> StockTakes.enterCounts work wanted request),
      finishStockTake = \wanted key -> mutate env actor key ("finish " <> idText wanted) () (`StockTakes.finishStockTake` wanted),
      cancelStockTake = \wanted key -> mutate env actor key ("cancel stock take " <> idText wanted) () (`StockTakes.cancelStockTake` wanted)
    }
  where
    linesOf :: Rows.Which -> Id "stock-take" -> Maybe Text -> Maybe Limit -> IO (Page StockTakeLine)
    linesOf which wanted after limit = do
      mark <- traverse textCursor after
      inTransaction database organisation $ \connection -> do
        _ <- StockTakes.readStockTake connection actor wanted
        pageOf limit (\StockTakeLine {sku} -> sku) <$> Rows.listLines which connection wanted mark (size limit)
