-- | Counting what is on the shelves, while the shop goes on.
module Retail.App.StockTakes
  ( readStockTake,
    startStockTake,
    enterCounts,
    finishStockTake,
    cancelStockTake,
  )
where

import Control.Monad (unless, when)
import Data.List (sortOn)
import Data.Text (Text)
import Data.Text qualified as Text
import Database.PostgreSQL.Simple (Connection)
import Retail.App.Env
import Retail.App.Goods
import Retail.App.Problem
import Retail.App.Work
import Retail.Contract.StockTake
import Retail.Contract.Wire (enumText)
import Retail.Db.Stock (Movement (..), book)
import Retail.Db.StockTake qualified as Db
import Retail.Db.Till (Lock (..))
import Retail.Domain.Id
import Retail.Domain.Quantity
import Retail.Domain.Role (Permission (..))
import Retail.Domain.StockTake

readStockTake :: Connection -> Actor -> Id "stock-take" -> IO StockTake
readStockTake connection actor wanted = do
  stockTake@StockTake {locationId} <- Db.findStockTake connection wanted >>= (`orRefuse` noStockTake)
  stockTake <$ requireAt actor CountStock locationId

noStockTake :: (Code, Text)
noStockTake = (NotFound, "There is no such stock take.")

startStockTake :: Work -> NewStockTake -> IO StockTake
startStockTake work@Work {connection, actor = actor@Actor {staff}} new@NewStockTake {..} = do
  requireAt actor CountStock locationId
  unless (null variants) (checkGoods connection [(variant, const True) | variant <- variants])
  let stockTake = freshId work "stock-take"
  Db.addStockTake connection stockTake staff new
  readStockTake connection actor stockTake

-- | The location, and the state after the step, if the actor may take it.
stepped :: Work -> Lock -> Permission -> Id "stock-take" -> StockTakeAction -> IO (Id "location", StockTakeState)
stepped Work {connection, actor} lock permission wanted action = do
  (location, state) <- Db.lockStockTake lock connection wanted >>= (`orRefuse` noStockTake)
  requireAt actor permission location
  next <- move state action `orRefuse` wrongStep "A stock take" (enumText state) (enumText action)
  pure (location, next)

-- | A line that was counted before is counted anew; a variant that was not expected here gets a line.
enterCounts :: Work -> Id "stock-take" -> EnterCounts -> IO [StockTakeLine]
enterCounts work@Work {connection, actor = Actor {staff}} wanted EnterCounts {counts} = do
  (location, _) <- stepped work Shared CountStock wanted Enter
  checkGoods connection [(variantId, (`tallyFitsUnit` counted)) | Count {..} <- counts]
  entered <- Db.enterCounts connection wanted location staff (sortOn (\Count {variantId} -> variantId) counts)
  when (entered /= length counts) (refuse VersionConflict "Somebody else has counted a line meanwhile. Read it again.")
  Db.findLines connection wanted [variantId | Count {variantId} <- counts]

-- | Books the differences; lines that were not counted are left as they are.
finishStockTake :: Work -> Id "stock-take" -> IO StockTake
finishStockTake work@Work {connection, actor = actor@Actor {staff}} wanted = do
  (location, next) <- stepped work Exclusive AdjustStock wanted Finish
  different <- Db.differences connection wanted
  _ <- book connection staff (Just wanted) [("stock-take", Movement {..}) | (variant, change) <- different]
  Db.setState connection wanted next
  note work "finish-stock-take" (Just wanted) (Text.pack (show (length different)) <> " differences")
  readStockTake connection actor wanted

cancelStockTake :: Work -> Id "stock-take" -> IO StockTake
cancelStockTake work@Work {connection, actor} wanted = do
  (_, next) <- stepped work Exclusive CountStock wanted Cancel
  Db.setState connection wanted next
  note work "cancel-stock-take" (Just wanted) ""
  readStockTake connection actor wanted
